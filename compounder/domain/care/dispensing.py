"""Dispensing: which batches a bottle is filled from, earliest beyond-use date first.

A bottle is of one batch unless somebody asks for several; all of them are named. No capsule is given out that would be
taken after its beyond-use date. Source: USP <795> (2023) on beyond-use dates; 21 CFR 211.150(a), oldest stock first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from compounder.domain.bounds import MOST_CAPSULES, require_count
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCapsules:
    """Capsules of one released batch: those on the shelf, or as many of them as go into a bottle."""

    batch_id: int
    lot_number: str
    beyond_use_date: date
    capsules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """Capsules of one batch that a patient got in a bottle, which held `in_all`. `patient` is the identifier alone;
    `returned` of them came back."""

    number: str
    prescription: str
    patient: str
    on: date
    capsules: int
    in_all: int
    returned: int


class NotOnShelf(CompoundingError):
    """Fewer capsules than the bottle needs keep to their beyond-use date until the last dose."""

    code = "not-on-shelf"
    title = "Not enough capsules"
    strength: str
    wanted: int
    there: int
    last_dose_on: date
    outlasted: date | None
    field_name: str = "capsules"

    def __str__(self) -> str:
        there = f"{self.wanted:,} capsules of {self.strength} are wanted and {self.there:,} are there"
        if self.outlasted is None:
            return f"{there}; order more, or dispense fewer."
        last = format_day(self.last_dose_on)
        return f"{there} that keep until {last}, the last dose; others only to {format_day(self.outlasted)}."


class SeveralBatchesNeeded(CompoundingError):
    """No single batch has enough, and nobody asked for several."""

    code = "several-batches-needed"
    title = "One batch is not enough"
    wanted: int
    lot_numbers: tuple[str, ...]
    field_name: str = "several_batches"

    def __str__(self) -> str:
        lots = ", ".join(self.lot_numbers)
        return f"No batch has {self.wanted:,} capsules. Ask for several to one bottle: {lots}; the label names each."


def pick(
    shelf: Iterable[BatchCapsules], capsules: int, *, strength: str, last_dose_on: date, of_several: bool
) -> tuple[BatchCapsules, ...]:
    """What a bottle is filled from: the batch that ends first among those with enough, or several where asked for.

    Refuses with `NotOnShelf` more than keeps to the last dose, and with `SeveralBatchesNeeded`.
    """
    require_count(capsules, 1, MOST_CAPSULES, "capsules")
    there = sorted(shelf, key=lambda batch: (batch.beyond_use_date, batch.lot_number))
    usable = [batch for batch in there if batch.beyond_use_date >= last_dose_on]
    whole = next((batch for batch in usable if batch.capsules >= capsules), None)
    if whole:
        return (replace(whole, capsules=capsules),)
    taken = _of_several(usable, capsules)
    if sum(each.capsules for each in taken) < capsules:
        ends = [batch.beyond_use_date for batch in there if batch not in usable]
        raise NotOnShelf(
            strength=strength,
            wanted=capsules,
            there=sum(batch.capsules for batch in usable),
            last_dose_on=last_dose_on,
            outlasted=max(ends, default=None),
        )
    if not of_several:
        raise SeveralBatchesNeeded(wanted=capsules, lot_numbers=tuple(each.lot_number for each in taken))
    return taken


def _of_several(usable: Sequence[BatchCapsules], capsules: int) -> tuple[BatchCapsules, ...]:
    taken: list[BatchCapsules] = []
    for batch in usable:
        left = capsules - sum(each.capsules for each in taken)
        if left and batch.capsules:
            taken.append(replace(batch, capsules=min(left, batch.capsules)))
    return tuple(taken)
