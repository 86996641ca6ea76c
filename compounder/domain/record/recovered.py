"""Recoveries as a batch's entries tell them: the plan that was revised at the bench, the old one beside it, and why.

Source: USP <795> (2023), compounding record: deviations; 21 CFR 11.10(e): changes do not obscure what was recorded.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from compounder.domain.batch.recovery import Way, left_over
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
class Recovered:
    """A plan that was revised to a reading: `line` of it was over, those in `carried` were weighed before and stay."""

    plan_number: int
    way: Way
    line: int
    reading: Reading
    carried: tuple[int, ...]
    was: Figures
    now: Figures
    left_over: Mass
    reason: str
    by: str
    at: datetime

    @property
    def ingredient(self) -> str:
        """What was weighed too much of."""
        return self.was.to_weigh[self.line][0]

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


def _beside(was: str, now: str) -> str:
    return was if was == now else f"{was}, now {now}"


def recovered_by(entry: JournalEntry) -> Document | None:
    """What an entry says of a recovery; None of any other."""
    if entry.kind is not EntryKind.PLAN_REVISED:
        return None
    said: Document = json.loads(entry.document)
    return said if "recovered" in said else None


def every_recovery(entries: Iterable[JournalEntry]) -> Iterator[Recovered]:
    """Each recovery among a batch's entries, the oldest first, beside the plan that it replaced."""
    planned = [entry for entry in entries if entry.kind in _PLANNED]
    for before, entry in pairwise(planned):
        said = recovered_by(entry)
        if said:
            yield _recovered(entry, said, json.loads(before.document)["plan"])


def _recovered(entry: JournalEntry, said: Document, before: Document) -> Recovered:
    told, plan = said["recovered"], said["plan"]
    return Recovered(
        plan_number=said["plan_number"],
        way=Way(told["way"]),
        line=told["line"],
        reading=kept_quantity(told["reading"], READING),
        carried=tuple(told["carried"]),
        was=_figures(before),
        now=_figures(plan),
        left_over=_left_over(plan),
        reason=said["reason"],
        by=entry.actor.name,
        at=entry.at,
    )


def _figures(plan: Document) -> Figures:
    lines = ((each["ingredient"], kept_quantity(each["to_weigh"], READING)) for each in plan["weighings"])
    return Figures(capsules_to_make=plan["capsules_to_make"], to_weigh=tuple(lines))


def _left_over(plan: Document) -> Mass:
    masses = [kept_quantity(each["exact"], MASS) for each in plan["weighings"]]
    fill = kept_quantity(plan["fill_per_capsule"], MASS_PER_CAPSULE) * of(1, capsule)
    return left_over(masses, fill, plan["capsules_to_make"])
