"""Which step may be started or ticked now, and the sentence that says why not."""

from datetime import timedelta

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.record.deviations import deviations_in
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.step_rules import require_next_step, require_startable, require_time_passed
from compounder.domain.record.steps import Step
from tests.domain.test_steps import AT, NOTED, STARTED, done, entry, steps, weighed

LOT = "261121A001K"
RUNNING = [*weighed(), *done(1, 2), entry(STARTED, step=3)]


def following(*entries: JournalEntry) -> Step:
    """The next step after these entries."""
    found = steps(*entries).following
    assert found is not None
    return found


def test_the_next_step_is_taken_up_by_its_number() -> None:
    assert require_next_step(steps(), 1, LOT).words == "Check the area."
    assert require_next_step(steps(*weighed(), *done(1)), 2, LOT).number == 2


@pytest.mark.parametrize(
    ("entries", "number", "said"),
    [
        (done(1), 1, "Step 1 was ticked by Tom Weber already; nothing was stored. Look again below."),
        ([*weighed(), *done(1, 2)], 1, "Step 1 was ticked by Tom Weber already; nothing was stored. Look again below."),
        (done(1), 2, "Step 2 comes after the weighings; weigh every powder at the bench first."),
        (done(1), 3, f"This is not the next step of batch {LOT}; nothing was stored. Look again below."),
        (
            [*weighed(), *done(1, 2, 3, 4)],
            5,
            f"This is not the next step of batch {LOT}; nothing was stored. Look again below.",
        ),
    ],
)
def test_a_step_that_is_not_the_next_is_refused(entries: list[JournalEntry], number: int, said: str) -> None:
    with pytest.raises(CompoundingError) as refused:
        require_next_step(steps(*entries), number, LOT)
    assert str(refused.value) == said


def test_a_time_is_started_once_and_where_there_is_one() -> None:
    require_startable(following(*weighed(), *done(1, 2)))
    for entries, said in (
        ([*weighed(), *done(1)], "Step 2 has no mixing time; tick it when it is done."),
        (RUNNING, "Step 3 was started by Tom Weber already; nothing was stored. Look again below."),
    ):
        with pytest.raises(CompoundingError) as refused:
            require_startable(following(*entries))
        assert str(refused.value) == said


def test_a_step_without_a_time_is_ticked_at_once() -> None:
    require_time_passed(following(*weighed(), *done(1)), (), 1, AT)


@pytest.mark.parametrize(
    ("entries", "minutes", "said"),
    [
        ([*weighed(), *done(1, 2)], 60, "Step 3 takes 10 min; start its time first."),
        (RUNNING, 4, "Step 3 has 6 min left; wait, or write a deviation down first."),
        (
            [*RUNNING, entry(NOTED, step=2, minutes=1)],
            4,
            "Step 3 has 6 min left; wait, or write a deviation down first.",
        ),
        (
            [*RUNNING, entry(NOTED, step=3, minutes=1, plan_number=2)],
            4,
            "Step 3 has 6 min left; wait, or write a deviation down first.",
        ),
    ],
)
def test_a_timed_step_is_ticked_once_its_time_has_passed(entries: list[JournalEntry], minutes: int, said: str) -> None:
    with pytest.raises(CompoundingError) as refused:
        require_time_passed(following(*entries), deviations_in(entries), 1, AT + timedelta(minutes=minutes))
    assert str(refused.value) == said


def test_a_deviation_that_was_written_down_lets_it_be_ticked_earlier() -> None:
    entries = [*RUNNING, entry(NOTED, step=3, minutes=1)]
    require_time_passed(following(*entries), deviations_in(entries), 1, AT + timedelta(minutes=4))
