"""What balances offer: read from their own lines, for two minutes, once, to whoever chose that balance."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.record.offered import NotOfferedAnyMore, OfAnotherBalance, OfferedReading, ReadingSent
from compounder.domain.record.readings import BalanceTooCoarse, ReadingOutsideWindow
from compounder.domain.units import format_reading
from compounder.instruments.errors import ForeignUnit, Unstable
from compounder.services.bench import look
from compounder.services.errors import NoSuchBalance
from compounder.services.offering import offer
from compounder.services.proving import verify
from tests.services.benches import a_batch, a_weighing, at_bench, discard_line, keep, on_hand, refused, weigh_next
from tests.services.orders import SITE, Bench
from tests.services.signing import CLARA, NOON, TOM, file_of

STABLE = "S S      158.3 mg"


def send(bench: Bench, line: str = STABLE, balance: str = "B1", at: datetime = NOON, **changes: Any) -> str:
    """The id of what a balance sent, by Tom's program."""
    usual: dict[str, Any] = {
        "key": f"key-of-{line[-10:]}{balance}".replace(" ", "-").replace(".", "_").ljust(22, "x")[:22]
    }
    usual |= {"protocol": "mt-sics", "line": line, "milliseconds_ago": 0}
    received = ReadingSent(**{**usual, **changes})
    with bench.database.writing() as writing:
        return offer(writing, SITE, balance, received, by=TOM.name, at=at).offer_id


def offered(bench: Bench, number: str, at: datetime = NOON) -> tuple[OfferedReading, ...]:
    """What Clara is offered at the bench."""
    with bench.database.reading() as reading:
        return look(reading, SITE, number, CLARA, at).offered


def take(bench: Bench, number: str, offer_id: str, **changes: Any) -> None:
    """Clara takes what was offered."""
    weigh_next(bench, number, **{"reading": "", "again": "", "offered": offer_id, **changes})


def test_a_reading_is_taken_with_the_line_as_evidence_and_nothing_typed(bench: Bench, tmp_path: Path) -> None:
    number, key = a_batch(bench), "a" * 22
    send(bench, key=key, milliseconds_ago=4_000)
    (shown,) = offered(bench, number)
    assert (shown.balance, format_reading(shown.reading)) == ("B1", "158.3 mg")
    take(bench, number, key)
    document = json.loads(file_of(bench.database, number, tmp_path).entries[-1].document)
    assert (document["reading"], document["balance"], "typed" in document) == ("158.3 mg", "B1", False)
    sent_at = (NOON - timedelta(seconds=4)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert document["sent"] == {"line": STABLE, "protocol": "mt-sics", "at": sent_at, "by": TOM.name}
    taken = at_bench(bench, number).making.taken[0]
    assert taken is not None
    assert taken.sent is not None
    assert (taken.by, taken.sent.line, taken.sent.at) == (CLARA.name, STABLE, NOON - timedelta(seconds=4))
    assert on_hand(bench, bench.active) == Decimal(25_000) - Decimal("158.3")


def test_what_was_taken_is_proved_like_what_was_typed(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    take(sqlite_bench, number, send(sqlite_bench))
    weigh_next(sqlite_bench, number)
    send(sqlite_bench, "S S        1.0 mg")
    found = verify(sqlite_bench.database.engine.url.render_as_string(hide_password=False), ()).findings
    assert [each for each in found if number in each.sentence] == []


def test_a_reading_is_used_once_and_not_offered_to_the_next_powder(bench: Bench) -> None:
    number, other = a_batch(bench), a_batch(bench, key="other")
    offer_id = send(bench)
    weighing = a_weighing(bench, number, reading="", again="", offered=offer_id)
    keep(bench, weighing)
    keep(bench, weighing)
    assert at_bench(bench, number).making.next_line == 1
    assert (offered(bench, number), offered(bench, other)) == ((), ())
    refused(bench, NotOfferedAnyMore, "was used, or is past", a_weighing(bench, other, offered=offer_id))


def test_what_is_typed_of_a_balance_voids_what_it_sent_for_every_batch(bench: Bench) -> None:
    number, other = a_batch(bench), a_batch(bench, key="other")
    offer_id = send(bench)
    assert [each.offer_id for each in offered(bench, other)] == [offer_id]
    weigh_next(bench, number, at=NOON + timedelta(seconds=1))
    assert offered(bench, other, NOON + timedelta(seconds=1)) == ()
    refused(bench, NotOfferedAnyMore, "was used, or is past", a_weighing(bench, other, offered=offer_id))
    late = NOON + timedelta(seconds=2)
    send(bench, "S S      158.5 mg", at=late, milliseconds_ago=1_500)
    assert offered(bench, other, late) == ()
    new = send(bench, "S S      158.6 mg", at=late)
    assert [each.offer_id for each in offered(bench, other, late)] == [new]


def test_a_weighing_on_one_balance_leaves_what_another_sent(sqlite_bench: Bench) -> None:
    number, other = a_batch(sqlite_bench), a_batch(sqlite_bench, key="other")
    offer_id = send(sqlite_bench, "S S       0.16 g", "B2")
    weigh_next(sqlite_bench, number)
    assert [each.offer_id for each in offered(sqlite_bench, other)] == [offer_id]


def test_a_reading_that_is_sent_again_because_no_answer_came_is_the_same_one(sqlite_bench: Bench) -> None:
    number, other = a_batch(sqlite_bench), a_batch(sqlite_bench, key="other")
    take(sqlite_bench, number, send(sqlite_bench))
    send(sqlite_bench, at=NOON + timedelta(seconds=2), milliseconds_ago=2_000)
    assert offered(sqlite_bench, other, NOON + timedelta(seconds=2)) == ()


def test_only_the_newest_reading_is_offered_and_only_for_two_minutes(bench: Bench) -> None:
    number = a_batch(bench)
    first = send(bench)
    later = send(bench, "S S      158.4 mg", at=NOON + timedelta(seconds=1))
    send(bench, "S S      158.9 mg", at=NOON + timedelta(seconds=2), milliseconds_ago=10_000)
    assert [each.offer_id for each in offered(bench, number, NOON + timedelta(seconds=121))] == [later]
    refused(bench, NotOfferedAnyMore, "", a_weighing(bench, number, offered=first))
    late = NOON + timedelta(seconds=121, milliseconds=1)
    assert offered(bench, number, late) == ()
    refused(bench, NotOfferedAnyMore, "", a_weighing(bench, number, offered=later, at=late))


def test_what_a_balance_showed_before_the_last_powder_was_weighed_is_not_offered_for_the_next(
    sqlite_bench: Bench,
) -> None:
    number = a_batch(sqlite_bench)
    offer_id = send(sqlite_bench, milliseconds_ago=1_000)
    discard_line(sqlite_bench, number, mass="170 mg")
    assert offered(sqlite_bench, number) == ()
    refused(sqlite_bench, NotOfferedAnyMore, "", a_weighing(sqlite_bench, number, offered=offer_id))


def test_a_reading_of_another_balance_than_the_one_chosen_is_not_taken(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    offer_id = send(sqlite_bench, "S S       0.16 g", "B2")
    said = "B2 sent this reading, and B1 is chosen"
    refused(sqlite_bench, OfAnotherBalance, said, a_weighing(sqlite_bench, number, offered=offer_id))
    coarse = a_weighing(sqlite_bench, number, balance="B2", offered=offer_id)
    refused(sqlite_bench, BalanceTooCoarse, "B2 is coarser than B1", coarse)


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("S S      160.0 mg", ReadingOutsideWindow, "Take some away"),
        ("S S        0.0 mg", ReadingOutsideWindow, "Add some"),
        ("S S     158.35 mg", CompoundingError, "in steps of 0.1 mg"),
    ],
)
def test_what_was_sent_is_looked_at_like_what_was_typed_and_stays_offered(
    sqlite_bench: Bench, line: str, kind: type[CompoundingError], said: str
) -> None:
    number = a_batch(sqlite_bench)
    offer_id = send(sqlite_bench, line)
    refused(sqlite_bench, kind, said, a_weighing(sqlite_bench, number, offered=offer_id))
    assert [each.offer_id for each in offered(sqlite_bench, number)] == [offer_id]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"line": "S D      158.3 mg"}, Unstable),
        ({"line": "S S      158.3 oz"}, ForeignUnit),
        ({"line": "N     +   123.56 g  "}, CompoundingError),
        ({"protocol": "sbi"}, CompoundingError),
        ({"protocol": "xbpi"}, CompoundingError),
        ({"balance": "B9"}, NoSuchBalance),
    ],
)
def test_what_is_no_stable_reading_of_a_balance_of_ours_is_refused(
    sqlite_bench: Bench, changes: dict[str, Any], kind: type[CompoundingError]
) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(kind):
        send(sqlite_bench, **changes)
    assert offered(sqlite_bench, number) == ()


@pytest.mark.parametrize(
    "changes",
    [{"key": "short"}, {"key": "ä" * 22}, {"line": "S" * 81}, {"milliseconds_ago": -1}, {"milliseconds_ago": 120_001}],
    ids=str,
)
def test_what_no_balance_program_sends_is_refused(sqlite_bench: Bench, changes: dict[str, Any]) -> None:
    with pytest.raises(CompoundingError):
        send(sqlite_bench, **changes)


def test_a_balance_that_repeats_its_line_goes_on_offering_one_reading(sqlite_bench: Bench) -> None:
    number, other = a_batch(sqlite_bench), a_batch(sqlite_bench, key="other")
    send(sqlite_bench, key="a" * 22)
    later = NOON + timedelta(seconds=2)
    send(sqlite_bench, key="b" * 22, at=later)
    assert [(each.offer_id, each.sent.at) for each in offered(sqlite_bench, number, later)] == [("a" * 22, later)]
    take(sqlite_bench, number, "a" * 22, at=later)
    send(sqlite_bench, key="b" * 22, at=later + timedelta(seconds=1), milliseconds_ago=1_001)
    assert offered(sqlite_bench, other, later) == ()


@pytest.mark.parametrize("reading", ["taken", "typed"])
def test_what_lies_on_the_balance_still_is_not_offered_again_until_it_has_moved(
    sqlite_bench: Bench, reading: str
) -> None:
    number, other = a_batch(sqlite_bench), a_batch(sqlite_bench, key="other")
    offer_id = send(sqlite_bench, key="a" * 22)
    take(sqlite_bench, number, offer_id) if reading == "taken" else weigh_next(sqlite_bench, number)
    for second in (1, 30, 59):
        send(sqlite_bench, key=f"{second:022d}", at=NOON + timedelta(seconds=second))
        assert offered(sqlite_bench, other, NOON + timedelta(seconds=second)) == ()
    refused(sqlite_bench, NotOfferedAnyMore, "", a_weighing(sqlite_bench, other, offered=f"{59:022d}"))
    later = NOON + timedelta(seconds=60)
    send(sqlite_bench, key="b" * 22, at=later, has_moved=True)
    assert [each.offer_id for each in offered(sqlite_bench, other, later)] == ["b" * 22]


def test_a_line_comes_again_after_another_one(sqlite_bench: Bench) -> None:
    number, other = a_batch(sqlite_bench), a_batch(sqlite_bench, key="other")
    take(sqlite_bench, number, send(sqlite_bench))
    send(sqlite_bench, "S S        0.0 mg", key="z" * 22, at=NOON + timedelta(seconds=1))
    send(sqlite_bench, key="c" * 22, at=NOON + timedelta(seconds=2))
    assert [each.offer_id for each in offered(sqlite_bench, other, NOON + timedelta(seconds=2))] == ["c" * 22]
