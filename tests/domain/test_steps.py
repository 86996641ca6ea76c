"""The steps of a batch from its entries: which is next, what a discarded powder opens again, and how long is left."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.record.deviations import deviations_in, waiting
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.making import making
from compounder.domain.record.method import PlannedStep
from compounder.domain.record.step_rules import may_be_early, require_time_passed
from compounder.domain.record.steps import Steps, steps_at_bench
from tests.domain.orders import an_active, an_order, plan_order

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TOM = Actor(name="Tom Weber", is_authenticated=True)
STARTED, DONE = EntryKind.STEP_STARTED, EntryKind.STEP_DONE
WEIGHED, DISCARDED = EntryKind.BATCH_WEIGHED, EntryKind.WEIGHING_DISCARDED
NOTED, ASSESSED = EntryKind.DEVIATION_NOTED, EntryKind.DEVIATION_ASSESSED
METHOD = (
    Instruction(words="Check the area."),
    Instruction(words="Add the drug with its own bulk of filler."),
    Instruction(words="Keep doubling.", minutes=10),
    Instruction(words="Check the look."),
)


@dataclass(frozen=True)
class Method:
    """What the steps look at of a formulation."""

    steps: tuple[Instruction, ...] = METHOD


@dataclass(frozen=True)
class Recorded:
    """What the steps look at of a record."""

    order: BatchOrder
    plan: BatchPlan
    formulation: Method = Method()
    plan_number: int = 1


def a_record(*steps: Instruction) -> Any:
    """A hundred capsules of 4.5 mg from two jars, made in four steps."""
    order = read(an_order(active=an_active()), BatchOrder)
    return Recorded(order=order, plan=plan_order(order)[0], formulation=Method(steps or METHOD))


RECORD = a_record()


def entry(kind: EntryKind, number: int = 9, minutes: int = 0, **said: Any) -> JournalEntry:
    """An entry of Tom's, so many minutes after half past nine, with all that any of these kinds says."""
    usual = {"plan_number": 1, "line": None, "step": None, "reading": "1 mg", "lot_number": "NTX-1", "balance": "B1"}
    usual |= {"reason": "Spilled", "what": "Somewhere", "said": "Otherwise", "deviation": 9}
    return JournalEntry(
        number=number,
        at=AT + timedelta(minutes=minutes),
        actor=TOM,
        site="A",
        subject="261121A001K",
        kind=kind,
        document=json.dumps(usual | said),
    )


def weighed() -> list[JournalEntry]:
    """Both powders."""
    return [entry(WEIGHED, line=line) for line in (0, 1)]


def done(*numbers: int, **said: Any) -> list[JournalEntry]:
    return [entry(DONE, step=number, **said) for number in numbers]


def steps(*entries: JournalEntry, record: Any = RECORD) -> Steps:
    return steps_at_bench(record, making(record, entries), entries)


def numbers(found: Steps) -> list[int]:
    """The numbers of the steps that are done."""
    return [step.number for step in found.done]


def test_steps_follow_the_worksheet_with_the_portions_that_each_adds() -> None:
    found = steps()
    assert [(step.number, step.words, step.minutes, step.is_check) for step in found.every] == [
        (1, "Check the area.", None, True),
        (2, "Add the drug with its own bulk of filler.", None, False),
        (3, "Keep doubling.", 10, False),
        (4, "Check the look.", None, False),
    ]
    assert len(found.every[1].planned.additions) == 1
    assert found.every[2].planned.additions[-1].startswith("rest, ")


def test_filler_that_no_step_adds_is_a_step_of_its_own() -> None:
    found = steps(record=a_record(Instruction(words="Check.", minutes=1)))
    assert [step.words for step in found.every] == [
        "Check.",
        "Mix the filler in by geometric dilution, in these portions:",
    ]


def test_only_the_checks_that_come_first_may_precede_the_weighings() -> None:
    assert not steps().waits_for_powder
    assert numbers(steps(*done(1))) == [1]
    assert steps(*done(1)).waits_for_powder
    assert numbers(steps(*done(1, 2))) == [1]
    assert not steps(*weighed(), *done(1)).waits_for_powder
    assert numbers(steps(*weighed(), *done(1, 2))) == [1, 2]


def test_a_step_out_of_sequence_or_of_another_plan_counts_for_nothing() -> None:
    assert numbers(steps(*weighed(), *done(2, 1, 1, 3))) == [1]
    assert numbers(steps(*weighed(), *done(1, plan_number=2))) == []
    assert steps(*done(1, plan_number=2)).was_begun


def test_a_time_runs_from_its_start_and_is_not_started_twice() -> None:
    begun = [*weighed(), *done(1, 2), entry(STARTED, step=3), entry(STARTED, step=3, minutes=5)]
    following = steps(*begun).following
    assert following is not None
    assert following.due == AT + timedelta(minutes=10)
    lefts = [following.left(AT + timedelta(minutes=minutes)) for minutes in (0, 4, 10, 11)]
    assert lefts == [timedelta(minutes=minutes) for minutes in (10, 6, 0, 0)]
    require_time_passed(following, (), 1, AT + timedelta(minutes=10))


def test_a_time_that_nobody_started_is_all_left() -> None:
    following = steps(*weighed(), *done(1, 2)).following
    assert following is not None
    assert (following.due, following.left(AT)) == (None, timedelta(minutes=10))


def test_once_every_step_is_done_nothing_follows() -> None:
    found = steps(*weighed(), *done(1, 2, 3, 4), *done(5))
    assert (found.is_whole, found.following, found.waits_for_powder, numbers(found)) == (
        True,
        None,
        False,
        [1, 2, 3, 4],
    )
    assert [step.done and (step.done.by, step.done.at) for step in found.done] == [("Tom Weber", AT)] * 4
    assert steps().was_begun is False


CAPSULES = EntryKind.CAPSULES_WEIGHED


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "not weighed here"),
        ([entry(CAPSULES)], ""),
        ([entry(CAPSULES, plan_number=2)], "not weighed here"),
        ([entry(CAPSULES, plan_number=2), entry(CAPSULES)], ""),
        ([entry(CAPSULES), entry(DISCARDED, line=1)], "not weighed here"),
        ([entry(CAPSULES), entry(EntryKind.PLAN_REVISED)], "not weighed here"),
        ([entry(CAPSULES), entry(DONE, step=1)], ""),
        ([entry(DONE, step=1)], "not weighed here"),
    ],
)
def test_a_step_that_weighs_capsules_says_if_nobody_entered_their_weights(
    entries: list[JournalEntry], said: str
) -> None:
    found = steps(
        *weighed(), *entries, record=a_record(Instruction(words="Mix."), Instruction(words="Weigh 10 capsules."))
    )
    assert [found.lacking(step) for step in found.every[:2]] == ["", said]
    assert found.are_capsules_weighed is (said == "")


def test_a_step_without_a_time_cannot_run() -> None:
    following = steps(*weighed(), entry(STARTED, step=1)).following
    assert following is not None
    assert (following.started, following.due, following.left(AT)) == (None, None, timedelta())


def test_powder_weighed_anew_opens_what_came_after_the_weighings() -> None:
    lost = entry(DISCARDED, line=1)
    assert numbers(steps(*weighed(), *done(1, 2, 3), lost)) == [1]
    again = [*weighed(), *done(1, 2), entry(STARTED, step=3), lost, entry(WEIGHED, line=1)]
    found = steps(*again)
    assert (numbers(found), found.is_weighed, found.every[2].started) == ([1], True, None)


def test_powders_are_mixing_once_a_step_that_adds_them_is_begun() -> None:
    apart, mixing = steps(*weighed(), *done(1)), steps(*weighed(), *done(1, 2), entry(STARTED, step=3))
    assert (apart.opened_by_weighing, apart.are_mixing) == ((), False)
    assert ([step.number for step in mixing.opened_by_weighing], mixing.are_mixing) == ([2, 3], True)


@pytest.mark.parametrize(
    ("words", "said"),
    [("Check lots.", "apart"), ("Weigh each powder.", "apart"), ("Weigh and mix.", "mixing"), ("Sieve it.", "mixing")],
)
def test_a_step_whose_words_do_not_show_it_leaves_no_powder_apart(words: str, said: str) -> None:
    step = PlannedStep(instruction=Instruction(words=words))
    assert ("apart" if step.leaves_apart else "mixing") == said


@pytest.mark.parametrize(
    ("place", "minutes", "early"),
    [
        ({"step": 3}, 4, True),
        ({"step": 3}, 0, True),
        ({"step": 3}, -1, False),
        ({"step": 2}, 4, False),
        ({"line": 0}, 4, False),
    ],
)
def test_a_deviation_of_the_step_itself_lets_it_end_earlier(place: dict[str, int], minutes: int, early: bool) -> None:
    begun = [*weighed(), *done(1, 2), entry(STARTED, step=3), entry(NOTED, minutes=minutes, **place)]
    following = steps(*begun).following
    assert following is not None
    assert may_be_early(following, deviations_in(begun), 1) is early
    assert not may_be_early(replace(following, started=None), deviations_in(begun), 1)


def test_each_deviation_has_its_first_assessment() -> None:
    told = [entry(NOTED, 9, step=1), entry(NOTED, 10, line=0), entry(ASSESSED, 11, said="Fine"), entry(ASSESSED, 12)]
    first, second = deviations_in([*told, entry(ASSESSED, 13, deviation=99)])
    assert first.assessed is not None
    assert (first.assessed.said, waiting((first, second))) == ("Fine", (second,))
    assert (first.happened.place, second.happened.place) == ("Step 1", "Weighing 1, Somewhere")


ANY_ENTRY = st.builds(
    lambda kind, step, line, plan_number, minutes: entry(
        kind, step=step, line=line, plan_number=plan_number, minutes=minutes
    ),
    st.sampled_from([STARTED, DONE, WEIGHED, DISCARDED, NOTED, ASSESSED]),
    st.integers(0, 5),
    st.integers(0, 1),
    st.sampled_from([1, 1, 1, 2]),
    st.integers(0, 60),
)


@given(st.lists(ANY_ENTRY, max_size=30))
def test_any_sequence_of_entries_gives_a_sane_state(entries: list[JournalEntry]) -> None:
    """Steps are done from the first on without a gap; only checks where powder is missing; the next is not done."""
    numbered = [replace(each, number=number) for number, each in zip(count(1), entries, strict=False)]
    found = steps(*numbered)
    assert numbers(found) == list(range(1, len(found.done) + 1))
    assert found.is_weighed or all(step.is_check for step in found.done)
    assert [step.number for step in found.every] == [1, 2, 3, 4]
    assert found.is_whole is (len(found.done) == 4)
    running = [step.number for step in found.every if step.started and not step.done]
    assert running in ([], [3])
    assert not running or (found.following and found.following.number == 3)
    assert len(deviations_in(numbered)) == sum(each.kind is NOTED for each in numbered)
