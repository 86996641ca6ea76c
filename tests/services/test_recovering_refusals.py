"""Recoveries that are refused: nothing is over, nothing can be revised so, or the batch is past it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compounder.database.errors import LotInsufficient
from compounder.domain.batch.recovery import Impossible
from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.record.standing import StatusForbids
from compounder.domain.units import format_reading, parse_mass
from compounder.services.lots import adjust_stock
from compounder.services.recovering import FarOver, NotOver, OnlyDrugRecovers, Recovery, WayImpossible
from compounder.services.weighing_errors import NotTheNext, WrongLot
from tests.services.benches import a_batch, at_bench, weigh_next
from tests.services.orders import ANNA, MORNING, SITE, Bench, entries
from tests.services.recoveries import a_recovery, keep, looked_over
from tests.services.signing import AUGUST, release, verified


def refused(bench: Bench, kind: type[CompoundingError], said: str, recovery: Recovery) -> None:
    """The recovery is refused so, and leaves nothing behind."""
    before = entries(bench)
    with pytest.raises(kind) as refusal:
        keep(bench, recovery)
    assert said in str(refusal.value)
    assert entries(bench) == before


def test_a_stop_of_the_new_plan_and_a_way_that_cannot_be_are_refused(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with sqlite_bench.database.writing() as writing:
        counted = parse_mass("12300 mg")
        adjust_stock(writing, SITE, sqlite_bench.filler, counted, reason="Counted", actor=ANNA, at=MORNING)
    recovery = a_recovery(sqlite_bench, number)
    found = looked_over(sqlite_bench, recovery)
    assert [type(each) for each in found.ways] == [Impossible, Impossible]
    refused(sqlite_bench, WayImpossible, "12.3 g is free", recovery)
    assert at_bench(sqlite_bench, number).standing.status is BatchStatus.PLANNED


def test_what_is_reserved_elsewhere_is_not_taken_for_more_capsules(bench: Bench) -> None:
    """The powder left its jar, and the ledger promised it to another batch."""
    number = a_batch(bench)
    recovery = a_recovery(bench, number)
    with bench.database.writing() as writing:
        counted = parse_mass("171.0 mg")
        adjust_stock(writing, SITE, bench.active, counted, reason="Counted", actor=ANNA, at=MORNING)
    refused(bench, LotInsufficient, "NTX-2411", recovery)
    assert at_bench(bench, number).record.plan_number == 1


@pytest.mark.parametrize(
    ("kind", "said", "changes"),
    [
        (MissingKey, "reason", {"reason": " "}),
        (NotOver, "159.8 mg is not above 159.8 mg", {"reading": "159.8 mg"}),
        (NotOver, "150.0 mg is not above 159.8 mg", {"reading": "150.0 mg"}),
        (FarOver, "316.7 mg is more than twice 158.3 mg; weigh it again. If", {"reading": "316.7 mg"}),
        (WrongLot, "Put it back", {"lot": "MCC-118"}),
        (NotForThisRole, "an auditor cannot do it", {"person": AUGUST}),
        (NotTheNext, "no longer the next", {"plan_number": 2}),
        (CompoundingError, "typed first", {"again": "171.3 mg"}),
        (CompoundingError, "in steps of 0.1 mg", {"reading": "171.25 mg"}),
    ],
)
def test_what_must_not_be_recovered_is_refused_by_name(
    sqlite_bench: Bench, kind: type[CompoundingError], said: str, changes: dict[str, Any]
) -> None:
    number = a_batch(sqlite_bench)
    refused(sqlite_bench, kind, said, a_recovery(sqlite_bench, number, **changes))


def test_ten_times_the_mass_of_a_few_capsules_is_no_recovery(sqlite_bench: Bench) -> None:
    """Two capsules of 4.5 mg: ten times their powder would make twenty, which is within the most that is made."""
    number = a_batch(sqlite_bench, "4.5 mg", capsules=20)
    (planned, _) = at_bench(sqlite_bench, number).record.plan.weighings
    twice, ten = (format_reading(planned.to_weigh * times) for times in (2, 10))
    assert looked_over(sqlite_bench, a_recovery(sqlite_bench, number, reading=twice)).ways
    refused(sqlite_bench, FarOver, f"{ten} is more than twice", a_recovery(sqlite_bench, number, reading=ten))


def test_filler_that_is_over_is_no_reason_for_another_plan(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    refused(sqlite_bench, OnlyDrugRecovers, "cellulose", a_recovery(sqlite_bench, number, reading="13000.0 mg"))


def test_a_verified_or_released_batch_is_not_revised(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    recovery = a_recovery(sqlite_bench, number)
    verified(sqlite_bench.database, number, tmp_path)
    refused(sqlite_bench, StatusForbids, "only a planned or in-making one is weighed", recovery)
    release(sqlite_bench.database, number, tmp_path)
    refused(sqlite_bench, StatusForbids, "released", recovery)


def test_a_reading_of_a_batch_that_moved_on_is_not_recovered(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    recovery = a_recovery(sqlite_bench, number)
    weigh_next(sqlite_bench, number)
    stale = replace(recovery, weighing=replace(recovery.weighing, one_time_key="another"))
    refused(sqlite_bench, NotTheNext, "no longer the next", stale)
