"""The capsules of each prescription: a row for each strength that its entry asks for, and none beside them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from compounder.codec.documents import NO_DOCUMENT
from compounder.database.audit.entries import AT_ONCE, raw
from compounder.database.audit.finding import Finding
from compounder.database.schema import JournalTable, PrescribedTable, PrescriptionTable
from compounder.database.types import AnyRow, nanograms_in
from compounder.domain.record.journal import EntryKind
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, kept_quantity

Line: TypeAlias = tuple[int, str, int, int]
"""Strength in nanograms and in words, capsules prescribed, capsules dispensed."""
Dispensed: TypeAlias = Counter[tuple[str, str, int]]
"""Capsules by site, number of the prescription, and strength in nanograms."""
_BOTTLES: Final = select(raw(JournalTable.site), raw(JournalTable.document)).where(
    JournalTable.kind == EntryKind.BOTTLE_DISPENSED.value
)
_ROWS: Final = (
    select(
        PrescriptionTable.id,
        PrescriptionTable.number,
        PrescriptionTable.site,
        JournalTable.document,
        raw(PrescribedTable.strength_ng, "strength_ng"),
        raw(PrescribedTable.strength, "strength"),
        raw(PrescribedTable.capsules, "capsules"),
        raw(PrescribedTable.dispensed, "dispensed"),
        raw(PrescribedTable.site, "of_site"),
    )
    .join(JournalTable, JournalTable.number == PrescriptionTable.journal_number)
    .join(PrescribedTable, PrescribedTable.prescription_id == PrescriptionTable.id, isouter=True)
    .order_by(PrescriptionTable.id)
)
_ORPHANS: Final = (
    select(PrescribedTable.prescription_id)
    .where(PrescribedTable.prescription_id.not_in(select(PrescriptionTable.id)))
    .distinct()
)


def prescribed(connection: Connection) -> Iterator[Finding]:
    """Every prescription whose capsules are not what its entry asks for, or what was dispensed of them."""
    dispensed = _dispensed(connection)
    rows = connection.execute(_ROWS, execution_options={"yield_per": AT_ONCE})
    for _, group in groupby(rows, attrgetter("id")):
        yield from _held_against_its_entry(list(group), dispensed)
    for number in connection.scalars(_ORPHANS):
        yield Finding(f"Capsules stand there for prescription {number} of the table, which is not there.")


def _dispensed(connection: Connection) -> Dispensed:
    """What every entry of a bottle says was dispensed."""
    found: Dispensed = Counter()
    for site, document in connection.execute(_BOTTLES, execution_options={"yield_per": AT_ONCE}):
        with suppress(*NO_DOCUMENT):
            said = json.loads(document)
            found[site, said["prescription"], nanograms_in(said["strength"])] += int(said["capsules"])
    return found


def _held_against_its_entry(rows: list[AnyRow], dispensed: Dispensed) -> Iterator[Finding]:
    first = rows[0]
    with suppress(*NO_DOCUMENT):
        found = sorted(_line(row) for row in rows if row.strength_ng is not None and row.of_site == row.site)
        lines = _told(json.loads(first.document)["course"]["capsules"])
        wanted = [(*line, dispensed[first.site, first.number, line[0]]) for line in lines]
        if sorted(wanted) != found:
            yield Finding(f"The capsules of prescription {first.number} are not what its entry asks for.")


def _line(row: AnyRow) -> Line:
    return row.strength_ng, row.strength, row.capsules, row.dispensed


def _told(capsules: Mapping[str, int]) -> Iterator[tuple[int, str, int]]:
    """Strength in nanograms and in words, and the capsules that an entry asks for."""
    for strength, count in capsules.items():
        yield nanograms_in(strength), format_dose(kept_quantity(strength, MASS_PER_CAPSULE)), count
