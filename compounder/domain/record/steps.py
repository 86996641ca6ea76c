"""The method's steps at the bench: which is next, who did which and when, and how long one still has to mix.

Steps that only check may be done before the powders are weighed; every other one once all of them are. They go in their
sequence, each once. Powder weighed anew makes every step after the weighings open again, and another plan all of them:
what was mixed before is not what is mixed now. Source: USP <795> (2023), compounding record.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from compounder.domain.record.finished import MADE_ANEW
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.making import Making
from compounder.domain.record.method import PlannedStep, checked_first, planned_steps
from compounder.domain.record.record import CompoundingRecord

STEPPING: Final = frozenset({EntryKind.STEP_STARTED, EntryKind.STEP_DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Who did it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the plan in force, from number 1, as far as it is done. `is_check`: it may precede the weighings."""

    number: int
    planned: PlannedStep
    is_check: bool
    started: Mark | None = None
    done: Mark | None = None

    @property
    def words(self) -> str:
        """What is done."""
        return self.planned.instruction.words

    @property
    def minutes(self) -> int | None:
        """How long it is mixed at least; None where no time is named."""
        return self.planned.instruction.minutes

    @property
    def due(self) -> datetime | None:
        """When its time has passed; None before it is started, or where it has no time."""
        return self.started.at + self.planned.instruction.lasts if self.started and self.minutes else None

    def left(self, at: datetime) -> timedelta:
        """How long it still has to mix, never less than nothing."""
        return max(self.due - at, timedelta()) if self.due else self.planned.instruction.lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Every step, in its sequence. `was_begun`: somebody did one here, by whatever plan. `is_weighed`: every powder is;
    `are_capsules_weighed`: so are finished capsules, of the plan in force."""

    every: tuple[Step, ...] = ()
    was_begun: bool = False
    is_weighed: bool = False
    are_capsules_weighed: bool = False

    @property
    def following(self) -> Step | None:
        """The first step that is not done; None where all are."""
        return next((step for step in self.every if step.done is None), None)

    @property
    def is_whole(self) -> bool:
        """Whether every step is done."""
        return self.following is None

    @property
    def waits_for_powder(self) -> bool:
        """Whether the powders have to be weighed before the next step."""
        following = self.following
        return following is not None and not following.is_check and not self.is_weighed

    @property
    def opened_by_weighing(self) -> tuple[Step, ...]:
        """Those that are started or done and that powder weighed anew opens again."""
        return tuple(step for step in self.every if not step.is_check and (step.started or step.done))

    @property
    def are_mixing(self) -> bool:
        """Whether the powders are not apart any more: a step that mixes, adds or fills them is started or done."""
        return any(not step.planned.leaves_apart for step in self.opened_by_weighing)

    @property
    def done(self) -> tuple[Step, ...]:
        """Those that are done, the first first."""
        return tuple(step for step in self.every if step.done)

    def lacking(self, step: Step) -> str:
        """What this step says is done and what nobody entered; it may stand on paper. Otherwise empty."""
        return "not weighed here" if step.planned.weighs_capsules and not self.are_capsules_weighed else ""


def steps_at_bench(record: CompoundingRecord, made: Making, entries: Iterable[JournalEntry]) -> Steps:
    """What a batch's entries, the oldest first, say was done of the plan in force. An entry out of sequence counts
    for nothing."""
    every, entries = _to_do(record), tuple(entries)
    was_begun = False
    for entry in entries:
        if entry.kind not in (*STEPPING, EntryKind.WEIGHING_DISCARDED):
            continue
        was_begun = was_begun or entry.kind in STEPPING
        said = json.loads(entry.document)
        if said["plan_number"] == record.plan_number:
            every = _after(every, entry, said)
    return Steps(
        every=every if made.is_whole else _opened(every),
        was_begun=was_begun,
        is_weighed=made.is_whole,
        are_capsules_weighed=_are_capsules_weighed(record, entries),
    )


def _are_capsules_weighed(record: CompoundingRecord, entries: Iterable[JournalEntry]) -> bool:
    """Whether the newest weights of capsules are of the plan in force, and of powder that was not made anew since."""
    are_weighed = False
    for entry in entries:
        if entry.kind is EntryKind.CAPSULES_WEIGHED:
            are_weighed = json.loads(entry.document)["plan_number"] == record.plan_number
        elif entry.kind in MADE_ANEW:
            are_weighed = False
    return are_weighed


def _to_do(record: CompoundingRecord) -> tuple[Step, ...]:
    planned = tuple(planned_steps(record.formulation.steps, record.plan.geometric_dilution))
    checks = checked_first(planned)
    return tuple(Step(number=number, planned=step, is_check=number <= checks) for number, step in enumerate(planned, 1))


def _opened(every: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps when powder is still to be weighed: only a check can be done already."""
    return tuple(step if step.is_check else replace(step, started=None, done=None) for step in every)


def _after(every: tuple[Step, ...], entry: JournalEntry, said: Mapping[str, Any]) -> tuple[Step, ...]:
    if entry.kind is EntryKind.WEIGHING_DISCARDED:
        return _opened(every)
    following = next((step for step in every if step.done is None), None)
    if following is None or said["step"] != following.number:
        return every
    mark = Mark(by=entry.actor.name, at=entry.at)
    if entry.kind is EntryKind.STEP_DONE:
        now = replace(following, done=mark)
    elif following.minutes and following.started is None:
        now = replace(following, started=mark)
    else:
        return every
    return (*every[: following.number - 1], now, *every[following.number :])
