"""Plans that were revised at the bench, as a batch's entries tell them: the old one beside the new, and why.

A recovery revises the plan to what was weighed. Where that is discarded, the batch may return to the plan before it.

Source: USP <795> (2023), compounding record: deviations; 21 CFR 11.10(e): changes do not obscure what was recorded.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from compounder.domain.batch.recovery import RecoveryWay, left_over
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    READING,
    Mass,
    Reading,
    capsule,
    format_reading,
    format_rounded,
    kept_quantity,
    of,
)

Document = Mapping[str, Any]
_PLANNED: Final = frozenset({EntryKind.BATCH_PLANNED, EntryKind.PLAN_REVISED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan makes: how many capsules, and what is weighed of each ingredient."""

    capsules_to_make: int
    to_weigh: tuple[tuple[str, Reading], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedAtBench(ABC):
    """A plan that took the place of another at the bench; what was weighed by that stays weighed."""

    plan_number: int
    was: Figures
    now: Figures
    left_over: Mass
    reason: str
    by: str
    at: datetime

    @property
    @abstractmethod
    def said(self) -> str:
        """What it was revised to, for people: `"171.2 mg of naltrexone hydrochloride was weighed"`."""

    @property
    def compared(self) -> tuple[str, ...]:
        """The old plan beside the new, for people: `"capsules: 103, now 111"`; and what is left over."""
        was, now = (f"{plan.capsules_to_make:,}" for plan in (self.was, self.now))
        lines = [f"capsules: {_beside(was, now)}"]
        for (ingredient, before), (_, after) in zip(self.was.to_weigh, self.now.to_weigh, strict=True):
            lines.append(f"{ingredient}: {_beside(format_reading(before), format_reading(after))}")
        if self.left_over.magnitude:
            lines.append(f"left over, discarded: {format_rounded(self.left_over, MASS)}")
        return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered(RevisedAtBench):
    """A plan that was revised to a reading: `line` of it was over, those in `carried` were weighed before and stay."""

    way: RecoveryWay
    line: int
    reading: Reading
    carried: tuple[int, ...]

    @property
    def ingredient(self) -> str:
        """What was weighed too much of."""
        return self.was.to_weigh[self.line][0]

    @property
    def said(self) -> str:
        return f"{format_reading(self.reading)} of {self.ingredient} was weighed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(RevisedAtBench):
    """A plan that is the one before a recovery once more: what was recovered is discarded. `to` is its number."""

    to: int

    @property
    def said(self) -> str:
        return f"what was weighed is discarded, back to plan {self.to}"


def _beside(was: str, now: str) -> str:
    return was if was == now else f"{was}, now {now}"


def every_revision_at_bench(entries: Iterable[JournalEntry]) -> Iterator[RevisedAtBench]:
    """Each recovery and each return from one among a batch's entries, the oldest first, beside the plan it replaced."""
    planned = [(entry, json.loads(entry.document)) for entry in entries if entry.kind in _PLANNED]
    for (_, before), (entry, said) in pairwise(planned):
        if "recovered" in said:
            yield _recovered(entry, said, before["plan"])
        elif "returned" in said:
            yield Returned(**_common(entry, said, before["plan"]), to=said["returned"]["to"])


def plan_before(revisions: Sequence[RevisedAtBench], plan_number: int) -> int | None:
    """The number of the plan that a batch may return to from the plan of this number: the one before its recovery, or
    before the first of several; None from a plan that no recovery made."""
    recovered = {each.plan_number for each in revisions if isinstance(each, Recovered)}
    before = plan_number
    while before in recovered:
        before -= 1
    meant = {each.plan_number: each.to for each in revisions if isinstance(each, Returned)}
    return None if before == plan_number else meant.get(before, before)


def _recovered(entry: JournalEntry, said: Document, before: Document) -> Recovered:
    told = said["recovered"]
    return Recovered(
        **_common(entry, said, before),
        way=RecoveryWay(told["way"]),
        line=told["line"],
        reading=kept_quantity(told["reading"], READING),
        carried=tuple(told["carried"]),
    )


def _common(entry: JournalEntry, said: Document, before: Document) -> dict[str, Any]:
    return {
        "plan_number": said["plan_number"],
        "was": _figures(before),
        "now": _figures(said["plan"]),
        "left_over": _left_over(said["plan"]),
        "reason": said["reason"],
        "by": entry.actor.name,
        "at": entry.at,
    }


def _figures(plan: Document) -> Figures:
    lines = ((each["ingredient"], kept_quantity(each["to_weigh"], READING)) for each in plan["weighings"])
    return Figures(capsules_to_make=plan["capsules_to_make"], to_weigh=tuple(lines))


def _left_over(plan: Document) -> Mass:
    masses = [kept_quantity(each["exact"], MASS) for each in plan["weighings"]]
    fill = kept_quantity(plan["fill_per_capsule"], MASS_PER_CAPSULE) * of(1, capsule)
    return left_over(masses, fill, plan["capsules_to_make"])
