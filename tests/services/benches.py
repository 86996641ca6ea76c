"""What somebody does at the bench of a batch, each in a transaction of its own, as a form would."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final

import pytest

from compounder.database import lots
from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Person
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import format_reading
from compounder.services.bench import Bench as BatchBench
from compounder.services.bench import bench_of, jar_of
from compounder.services.discarding import Discarding, discard
from compounder.services.weighing import Weighing, weigh
from tests.services.batches import lot_numbers
from tests.services.orders import SITE, Bench, entries
from tests.services.signing import CLARA, NOON

LONGEST_SENTENCE: Final = 26
_keys = count()


def a_batch(bench: Bench, *strengths: str, **changes: Any) -> str:
    """Our lot number of a batch that Anna planned: 100 capsules of 1.5 mg."""
    return lot_numbers(bench, bench.order(*(strengths or ("1.5 mg",)), **changes))[0]


def on_hand(bench: Bench, lot_id: str) -> Decimal:
    """What the ledger has of a lot, in mg."""
    with bench.database.reading() as reading:
        milligrams: Decimal = lots.load(reading, SITE, lot_id).on_hand.magnitude
    return milligrams


def set_status(bench: Bench, lot_id: str, status: LotStatus) -> None:
    """Somebody holds a lot back, or lets it be used."""
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, lot_id, status)


def refused(bench: Bench, kind: type[CompoundingError], said: str, weighing: Weighing) -> None:
    """The weighing is refused so, in a short sentence, and leaves nothing behind."""
    before = entries(bench)
    with pytest.raises(kind) as refusal:
        keep(bench, weighing)
    assert said in str(refusal.value)
    assert len(str(refusal.value).split()) <= LONGEST_SENTENCE
    assert entries(bench) == before


def at_bench(bench: Bench, number: str) -> BatchBench:
    """Where the making stands."""
    with bench.database.reading() as reading:
        return bench_of(reading, SITE, number)


def a_weighing(bench: Bench, number: str, **changes: Any) -> Weighing:
    """The next line of the batch, weighed as planned from the right jar, by Clara at noon."""
    with bench.database.reading() as reading:
        now = bench_of(reading, SITE, number)
        line = changes.pop("line", now.making.next_line or 0)
        planned = now.making.weighings[line]
        lot = changes.get("lot") or jar_of(reading, now.record, planned).lot.lot_number
    shown = format_reading(planned.to_weigh).replace(",", "")
    usual: dict[str, Any] = {"plan_number": now.record.plan_number, "line": line, "lot": lot}
    usual |= {"balance": planned.balance, "tared": "0.0 mg", "reading": shown, "again": changes.get("reading", shown)}
    usual |= {"one_time_key": f"key {next(_keys)}", "person": CLARA, "at": NOON}
    return Weighing(site=SITE, lot_number=number, **{**usual, **changes})


def weigh_next(bench: Bench, number: str, **changes: Any) -> None:
    """Somebody weighs the next line."""
    keep(bench, a_weighing(bench, number, **changes))


def keep(bench: Bench, weighing: Weighing) -> None:
    """The weighing is sent."""
    with bench.database.writing() as writing:
        weigh(writing, weighing)


def discard_line(
    bench: Bench,
    number: str,
    line: int = 0,
    mass: str = "",
    reason: str = "Spilled",
    *,
    key: str = "",
    person: Person = CLARA,
    at: datetime = NOON,
) -> None:
    """Somebody discards what was weighed of a line, or so much that was not weighed yet."""
    with bench.database.writing() as writing:
        discarding = Discarding(
            site=SITE,
            lot_number=number,
            plan_number=at_bench(bench, number).record.plan_number,
            line=line,
            mass=mass,
            reason=reason,
            one_time_key=key or f"key {next(_keys)}",
            person=person,
            at=at,
        )
        discard(writing, discarding)
