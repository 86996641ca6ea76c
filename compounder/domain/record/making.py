"""The making of a batch at the bench: what was weighed, what is weighed next, and what it comes to in each capsule.

Everything follows from the journal: an accepted weighing is an entry, a discarded one opens its line again, a plan that
was revised to what was weighed keeps what was weighed before. Content per capsule = mass as weighed × potency ÷
capsules that the mixture is for, of an aliquot by the drug in it; what it should be is the strength with its overage.
Source: USP <795> (2023), compounding record: quantities planned and as weighed.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from compounder.domain.batch.recovery import capsules_mixed
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.offered import Sent
from compounder.domain.record.readings import tared_to
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.recovered import RevisedAtBench, every_revision_at_bench, plan_before
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    READING,
    Mass,
    MassPerCapsule,
    Ratio,
    Reading,
    capsule,
    format_dose,
    format_rounded,
    in_unit,
    kept_quantity,
    mg,
    of,
    ratio,
)

_CONTENT_PLACES: Final = "0.0001"
_PERCENT_PLACES: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A weighing as it was taken: from which lot, on which balance, what it showed, who read it and when.

    `tared` is what it showed with the empty vessel; None of weighings from before that was asked for. `sent` is the
    line that the balance sent, where nobody typed what it showed.
    """

    lot_number: str
    balance: str
    reading: Reading
    by: str
    at: datetime
    tared: Reading | None = None
    sent: Sent | None = None

    @property
    def balance_said(self) -> str:
        """On which balance, for people: `"B1, tared to 0.0 mg, from the balance"`."""
        sent = "from the balance" if self.sent else ""
        return ", ".join(filter(None, (self.balance, tared_to(self.tared), sent)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """Powder that did not go into the batch: of which line, how much, why, by whom and when."""

    line: int
    reading: Reading
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What each capsule holds of the strength's substance by the masses as weighed, and what it should hold."""

    actual: MassPerCapsule
    planned: MassPerCapsule

    @property
    def difference(self) -> Ratio:
        """How much more than planned it is, relative to that; negative where it is less."""
        return ratio(self.actual / self.planned) - 1

    @property
    def actual_shown(self) -> str:
        """What each capsule holds, for people: `"1.5002 mg"`."""
        return format_rounded(self.actual, MASS_PER_CAPSULE, _CONTENT_PLACES)

    @property
    def difference_shown(self) -> str:
        """How far it is off, for people: `"+0.01 %"`."""
        percent = self.difference.scaleb(2).quantize(_PERCENT_PLACES, ROUND_HALF_UP)
        return f"{'−' if percent < 0 else '+'}{abs(percent)} %"

    @property
    def said(self) -> str:
        """What it should hold and how far it is off, for people: `"planned 1.5 mg, +0.01 %"`."""
        return f"planned {format_dose(self.planned)}, {self.difference_shown}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Each line of the plan with its weighing, None where there is none yet; `content` once all of the drug is
    weighed; `revised` is how the plan was revised at the bench, the oldest first; `may_return_to` is the number of the
    plan before a recovery, where the plan in force comes from one."""

    weighings: tuple[Weighing, ...]
    taken: tuple[Taken | None, ...]
    discarded: tuple[Discarded, ...]
    content: Content | None
    revised: tuple[RevisedAtBench, ...] = ()
    may_return_to: int | None = None

    @property
    def next_line(self) -> int | None:
        """The first line of the plan, from 0, that is not weighed; None where all are."""
        return next((line for line, each in enumerate(self.taken) if each is None), None)

    @property
    def mass_weighed(self) -> Mass:
        """All that was weighed into the batch at the bench so far."""
        return sum((in_unit(each.reading, MASS) for each in self.taken if each), start=of(0, mg))

    @property
    def is_begun(self) -> bool:
        """Whether powder has left its jar at the bench."""
        return bool(self.discarded) or any(self.taken)

    @property
    def moved_at(self) -> datetime | None:
        """When something was weighed or discarded last; None where nothing was."""
        return max((each.at for each in (*self.taken, *self.discarded) if each), default=None)

    def taken_outside(self, weighings: Sequence[Weighing]) -> tuple[Weighing, Taken] | None:
        """The first line that is weighed, and not as these weighings of another plan accept it; None where each is."""
        for planned, taken in zip(weighings, self.taken, strict=True):
            if taken and not planned.accepts(taken.reading):
                return planned, taken
        return None

    @property
    def is_whole(self) -> bool:
        """Whether every line is weighed."""
        return self.next_line is None


def making(record: CompoundingRecord, entries: Iterable[JournalEntry]) -> Making:
    """What a batch's entries, the oldest first, say was weighed by the plan in force."""
    entries = tuple(entries)
    revised = tuple(each for each in every_revision_at_bench(entries) if each.plan_number <= record.plan_number)
    taken: list[Taken | None] = [None] * len(record.plan.weighings)
    discarded: list[Discarded] = []
    for entry, said in _by_this_plan(_leading_to(record.plan_number, revised), entries):
        if entry.kind is EntryKind.BATCH_WEIGHED:
            taken[said["line"]] = _taken(entry, said)
        else:
            taken[said["line"]] = None
            discarded.append(_discarded(entry, said))
    return Making(
        weighings=record.plan.weighings,
        taken=tuple(taken),
        discarded=tuple(discarded),
        content=_content(record, taken),
        revised=revised,
        may_return_to=plan_before(revised, record.plan_number),
    )


def _leading_to(plan_number: int, revised: Sequence[RevisedAtBench]) -> frozenset[int]:
    """The number of the plan in force, and of those before it that what was weighed was carried over from."""
    numbers = {plan_number}
    for each in reversed(revised):
        if each.plan_number in numbers:
            numbers.add(each.plan_number - 1)
    return frozenset(numbers)


def _taken(entry: JournalEntry, said: dict[str, Any]) -> Taken:
    return Taken(
        lot_number=said["lot_number"],
        balance=said["balance"],
        reading=kept_quantity(said["reading"], READING),
        by=entry.actor.name,
        at=entry.at,
        tared=kept_quantity(said["tared"], READING) if "tared" in said else None,
        sent=_sent(said),
    )


def _discarded(entry: JournalEntry, said: dict[str, Any]) -> Discarded:
    reading = kept_quantity(said["reading"], READING)
    return Discarded(line=said["line"], reading=reading, reason=said["reason"], by=entry.actor.name, at=entry.at)


def _sent(said: dict[str, Any]) -> Sent | None:
    """The evidence of a reading that its balance sent; None of one that was typed."""
    if "sent" not in said:
        return None
    sent = said["sent"]
    return Sent(line=sent["line"], protocol=sent["protocol"], at=datetime.fromisoformat(sent["at"]), by=sent["by"])


def _by_this_plan(
    plan_numbers: frozenset[int], entries: Iterable[JournalEntry]
) -> Iterator[tuple[JournalEntry, dict[str, Any]]]:
    for entry in entries:
        if entry.kind in (EntryKind.BATCH_WEIGHED, EntryKind.WEIGHING_DISCARDED):
            said = json.loads(entry.document)
            if said["plan_number"] in plan_numbers:
                yield entry, said


def _content(record: CompoundingRecord, taken: list[Taken | None]) -> Content | None:
    """Each weighing of the drug gives its share in the measure in which it was weighed."""
    plan = record.plan
    planned = in_unit(plan.strength * (1 + record.order.active_overage), MASS_PER_CAPSULE)
    mixed_for = of(capsules_mixed(plan), capsule)
    whole = in_unit(planned * mixed_for, MASS)
    given = of(0, mg)
    drug = [(each, read) for each, read in zip(plan.weighings, taken, strict=True) if each.role is not Role.FILLER]
    for share, (weighing, read) in zip(_shares(whole, plan.potency, drug), drug, strict=True):
        if read is None:
            return None
        given = given + share * ratio(read.reading / weighing.exact)
    actual = in_unit(given / mixed_for, MASS_PER_CAPSULE)
    return Content(actual=actual, planned=planned)


def _shares(whole: Mass, potency: Decimal, drug: list[tuple[Weighing, Taken | None]]) -> Iterator[Mass]:
    """What each weighing of the drug is planned to give of the strength's substance; a second lot gives the rest."""
    if len(drug) == 1:
        yield whole
        return
    first = in_unit(drug[0][0].exact * potency, MASS)
    yield from (first, whole - first)
