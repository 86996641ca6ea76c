"""Back to the plan before a recovery: offered once nothing rests upon the revised one, an entry of its own, proved."""

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compounder.codec.documents import canonical, from_stored
from compounder.database import journal
from compounder.database.engine import open_database
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.recovery import RecoveryWay
from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.recovered import Returned
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.units import format_reading
from compounder.services.plan_before import GoingBack, NoPlanBefore, PlanMovedOn, StillRestsUpon, go_back
from compounder.settings import Settings
from tests.domain.orders import plan_order
from tests.services.benches import a_batch, at_bench, discard_line, on_hand, weigh_next
from tests.services.orders import SITE, Bench, entries, reserved
from tests.services.proved import attacked, sentences, statement
from tests.services.recoveries import a_recovery, keep
from tests.services.signing import AUGUST, CLARA, NOON, TOM, release, verified

WHY = "The capsules that were ordered are enough."
OPEN = "261121A002I"


def going(number: str, **changes: Any) -> GoingBack:
    """Clara goes back from plan 2."""
    usual: dict[str, Any] = {"plan_number": 2, "reason": WHY, "one_time_key": "back", "person": CLARA, "at": NOON}
    return GoingBack(site=SITE, lot_number=number, **(usual | changes))


def back(bench: Bench, number: str, **changes: Any) -> None:
    with bench.database.writing() as writing:
        go_back(writing, going(number, **changes))


def discarded(bench: Bench, way: RecoveryWay = RecoveryWay.MORE_CAPSULES) -> str:
    """A batch whose plan was revised to drug that was discarded then."""
    number = a_batch(bench)
    keep(bench, a_recovery(bench, number, way))
    discard_line(bench, number)
    return number


def told(bench: Bench, number: str) -> dict[str, Any]:
    """What the newest entry of a batch says."""
    with bench.database.reading() as reading:
        newest = journal.entries_of(reading, SITE, number)[-1]
    assert newest.kind is EntryKind.PLAN_REVISED
    said: dict[str, Any] = json.loads(newest.document)
    return said


@pytest.mark.parametrize("way", RecoveryWay)
def test_the_first_plan_is_gone_by_again_under_a_number_of_its_own(sqlite_bench: Bench, way: RecoveryWay) -> None:
    number = discarded(sqlite_bench, way)
    assert at_bench(sqlite_bench, number).making.may_return_to == 1
    back(sqlite_bench, number)
    now = at_bench(sqlite_bench, number)
    assert (now.record.plan_number, now.record.plan.capsules_to_make, now.making.next_line) == (3, 103, 0)
    assert [format_reading(each.to_weigh) for each in now.making.weighings] == ["158.3 mg", "12,254.5 mg"]
    assert now.making.may_return_to is None
    *_, returned = now.making.revised
    assert isinstance(returned, Returned)
    assert (returned.said, returned.reason, returned.by) == (
        "what was weighed is discarded, back to plan 1",
        WHY,
        CLARA.name,
    )
    said = told(sqlite_bench, number)
    assert said["returned"] == {"to": 1, "carried": []}
    assert canonical(plan_order(from_stored(canonical(said["order"]), BatchOrder))[0]) == canonical(said["plan"])


def test_the_batch_is_finished_by_it_and_stock_and_signatures_follow(bench: Bench, tmp_path: Path) -> None:
    number = discarded(bench)
    back(bench, number)
    assert [reserved(bench, lot) for lot in (bench.active, bench.filler)] == [Decimal("158.3"), Decimal("12254.5")]
    weigh_next(bench, number)
    weigh_next(bench, number)
    assert on_hand(bench, bench.active) == Decimal(25_000) - Decimal("171.2") - Decimal("158.3")
    made = at_bench(bench, number).making
    assert (made.is_whole, [format_reading(each.reading) for each in made.discarded]) == (True, ["171.2 mg"])
    assert verified(bench.database, number, tmp_path) == ()
    release(bench.database, number, tmp_path)


def test_several_recoveries_lead_back_to_what_was_first_approved(sqlite_bench: Bench) -> None:
    number = discarded(sqlite_bench)
    keep(sqlite_bench, a_recovery(sqlite_bench, number, reading="185.0 mg"))
    discard_line(sqlite_bench, number)
    back(sqlite_bench, number, plan_number=3)
    assert told(sqlite_bench, number)["returned"]["to"] == 1
    keep(sqlite_bench, a_recovery(sqlite_bench, number))
    discard_line(sqlite_bench, number)
    back(sqlite_bench, number, plan_number=5, one_time_key="again")
    assert told(sqlite_bench, number)["returned"]["to"] == 1
    assert at_bench(sqlite_bench, number).record.plan_number == 6


def test_what_was_weighed_before_the_recovery_stays_weighed(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    keep(sqlite_bench, a_recovery(sqlite_bench, number))
    weigh_next(sqlite_bench, number)
    discard_line(sqlite_bench, number)
    with pytest.raises(StillRestsUpon, match=r"cellulose is weighed, 13,206\.3 mg, which plan 1 does not accept"):
        back(sqlite_bench, number)
    discard_line(sqlite_bench, number, line=1)
    back(sqlite_bench, number)
    assert at_bench(sqlite_bench, number).making.next_line == 0


@pytest.mark.parametrize(
    ("refused", "said", "changes"),
    [
        (MissingKey, "reason", {"reason": "  "}),
        (PlanMovedOn, "has another plan now; nothing was stored", {"plan_number": 1}),
        (NotForThisRole, "an auditor cannot do it", {"person": AUGUST}),
    ],
)
def test_what_cannot_be_gone_back_by_is_refused(
    sqlite_bench: Bench, refused: type[CompoundingError], said: str, changes: dict[str, Any]
) -> None:
    number = discarded(sqlite_bench)
    before = entries(sqlite_bench)
    with pytest.raises(refused, match=said):
        back(sqlite_bench, number, **changes)
    assert entries(sqlite_bench) == before


def test_a_plan_that_no_recovery_made_leads_nowhere(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(NoPlanBefore, match="was not revised at the bench; go on with it"):
        back(sqlite_bench, number, plan_number=1)


def test_two_clicks_go_back_once(sqlite_bench: Bench) -> None:
    number = discarded(sqlite_bench)
    back(sqlite_bench, number)
    before = entries(sqlite_bench)
    back(sqlite_bench, number)
    assert entries(sqlite_bench) == before


@pytest.fixture
def returned_in(pharmacy: Settings) -> Settings:
    """A workspace whose journal has a recovery and the way back from it."""
    with closing(open_database(pharmacy.database_url)) as database:
        there = Bench(database, "1", "2")
        keep(there, a_recovery(there, OPEN, reading="341.2 mg"))
        discard_line(there, OPEN)
        back(there, OPEN, person=TOM)
        weigh_next(there, OPEN)
    return pharmacy


def test_nothing_is_amiss_after_the_way_back_and_what_is_changed_beside_it_is_found(returned_in: Settings) -> None:
    assert sentences(returned_in) == ""
    changed = f"UPDATE batches SET capsules = 111 WHERE lot_number = '{OPEN}'"
    assert "capsules changed beside it" in attacked(returned_in, statement(changed))
