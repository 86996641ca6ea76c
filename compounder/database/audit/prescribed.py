"""The capsules of each prescription: a row for each strength that its entry asks for, and none beside them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from compounder.database.audit.documents import NO_DOCUMENT, nanograms_in, read_document
from compounder.database.audit.entries import AT_ONCE, raw
from compounder.database.audit.finding import Finding
from compounder.database.schema import JournalTable, PrescribedTable, PrescriptionTable
from compounder.database.types import AnyRow
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, kept_quantity

Line: TypeAlias = tuple[int, str, int, int]
"""Strength in nanograms and in words, capsules prescribed, capsules dispensed."""
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
    rows = connection.execute(_ROWS, execution_options={"yield_per": AT_ONCE})
    for _, group in groupby(rows, attrgetter("id")):
        yield from _held_against_its_entry(list(group))
    for number in connection.scalars(_ORPHANS):
        yield Finding(f"Capsules stand there for prescription {number} of the table, which is not there.")


def _held_against_its_entry(rows: list[AnyRow]) -> Iterator[Finding]:
    first = rows[0]
    with suppress(*NO_DOCUMENT):
        found = sorted(_line(row) for row in rows if row.strength_ng is not None and row.of_site == row.site)
        if sorted(_told(read_document(first.document)["course"]["capsules"])) != found:
            yield Finding(f"The capsules of prescription {first.number} are not what its entry asks for.")


def _line(row: AnyRow) -> Line:
    return row.strength_ng, row.strength, row.capsules, row.dispensed


def _told(capsules: Mapping[str, int]) -> Iterator[Line]:
    """Nothing that an entry tells of was dispensed yet."""
    for strength, count in capsules.items():
        yield nanograms_in(strength), format_dose(kept_quantity(strength, MASS_PER_CAPSULE)), count, 0
