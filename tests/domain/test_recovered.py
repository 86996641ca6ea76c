"""Plans revised at the bench, as entries tell them: the old beside the new, and which one a batch may return to."""

from datetime import timedelta
from decimal import Decimal

import pytest

from compounder.domain.batch.recovery import RecoveryWay
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.recovered import Recovered, Returned, every_revision_at_bench, plan_before
from compounder.domain.units import MASS, READING, format_reading, magnitude, parse_quantity
from tests.domain.orders import CELLULOSE, HYDROCHLORIDE
from tests.domain.records import AT, an_entry
from tests.domain.revisions import REVISED, WHY, a_plan, planned, recovered, returned

ELSEWHERE = an_entry(REVISED, plan_number=2, plan=a_plan(90, "405.0 mg", "10530.0 mg"), reason="Stronger stock")


def test_a_recovery_says_what_was_weighed_and_what_was_kept() -> None:
    (told,) = every_revision_at_bench([planned(), an_entry(EntryKind.BATCH_WEIGHED), recovered()])
    assert isinstance(told, Recovered)
    assert told.said == "480.0 mg of naltrexone hydrochloride was weighed"
    assert (told.plan_number, told.way, told.line, told.carried) == (2, RecoveryWay.MORE_CAPSULES, 0, (1,))
    assert (told.reason, told.by, told.at) == (WHY, "Clara Kühn", AT + timedelta(minutes=5))
    assert [format_reading(mass) for _, mass in told.now.to_weigh] == ["480.0 mg", "12,480.0 mg"]


def test_the_old_plan_stands_beside_the_new_with_what_is_left_over() -> None:
    """480 + 12,480 − 106 × 121.5 = 81 mg."""
    (told,) = every_revision_at_bench([planned(), recovered()])
    assert magnitude(told.left_over, MASS) == Decimal(81)
    assert told.compared == (
        "capsules: 100, now 106",
        "naltrexone hydrochloride: 450.0 mg, now 480.0 mg",
        "microcrystalline cellulose: 11,700.0 mg, now 12,480.0 mg",
        "left over, discarded: 81.0 mg",
    )


def test_what_stays_as_it_was_is_written_once_and_nothing_left_over_is_not_spoken_of() -> None:
    (told,) = every_revision_at_bench([planned(), recovered(plan=a_plan(100, "460.0 mg", "11690.0 mg"))])
    assert told.compared == (
        "capsules: 100",
        "naltrexone hydrochloride: 450.0 mg, now 460.0 mg",
        "microcrystalline cellulose: 11,700.0 mg, now 11,690.0 mg",
    )
    (told,) = every_revision_at_bench([planned(), recovered(plan=a_plan(1000, "4500.0 mg", "117000.0 mg"))])
    assert told.compared[0] == "capsules: 100, now 1,000"


def test_a_return_says_to_which_plan_and_stands_beside_the_one_it_replaced() -> None:
    _, told = every_revision_at_bench([planned(), recovered(), returned(3)])
    assert isinstance(told, Returned)
    assert told.said == "what was weighed is discarded, back to plan 1"
    assert (told.plan_number, told.to, told.reason, told.by) == (3, 1, "As ordered.", "Tom Weber")
    assert told.compared[0] == "capsules: 106, now 100"
    assert told.was.to_weigh == (
        (HYDROCHLORIDE, parse_quantity("480.0 mg", READING)),
        (CELLULOSE, parse_quantity("12480.0 mg", READING)),
    )


def test_a_plan_revised_away_from_the_bench_is_none_of_these_and_still_the_plan_before() -> None:
    (told,) = every_revision_at_bench([planned(), ELSEWHERE, recovered(3)])
    assert (told.plan_number, told.compared[0]) == (3, "capsules: 90, now 106")


@pytest.mark.parametrize(
    ("revisions", "plan_number", "before"),
    [
        ([], 1, None),
        ([recovered(2)], 1, None),
        ([recovered(2)], 2, 1),
        ([recovered(2), recovered(3)], 3, 1),
        ([ELSEWHERE, recovered(3)], 3, 2),
        ([recovered(2), returned(3)], 3, None),
        ([recovered(2), returned(3), recovered(4)], 4, 1),
        ([recovered(2), recovered(3), returned(4), recovered(5), recovered(6)], 6, 1),
    ],
)
def test_a_batch_returns_to_the_plan_before_the_first_of_several_recoveries(
    revisions: list[JournalEntry], plan_number: int, before: int | None
) -> None:
    assert plan_before(tuple(every_revision_at_bench([planned(), *revisions])), plan_number) == before
