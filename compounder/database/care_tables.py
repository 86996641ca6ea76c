"""The tables of care: protocols, patients, prescriptions, and the bottles that were dispensed.

What names a patient stands in one table only, under a random identifier, which is all that the journal knows of them;
erasing somebody empties their row and changes nothing that is proved.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Identity, Number

ON_SHELF: Final = text("capsules > 0")


class ProtocolTable(Base):
    """Versions of titration protocols, never changed."""

    __tablename__ = "protocol_versions"
    site: Mapped[Code] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()


class PatientTable(Base):
    """Patients. All but the identifier is outside the journal, and empty once they are erased.

    `sought` has the folded words of the name, each behind a blank: no other table, and no index, repeats any of it.
    """

    __tablename__ = "patients"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    identifier: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str]
    sought: Mapped[str]
    born_on: Mapped[date | None]
    contact: Mapped[str]
    medicines: Mapped[str]
    allergies: Mapped[str]
    conditions: Mapped[str]
    erased_at: Mapped[datetime | None]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (Index(None, "site", "id"),)


class PrescriptionTable(Base):
    """Prescriptions: what is searched, and the document. Who they are for is another row."""

    __tablename__ = "prescriptions"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    number: Mapped[Code]
    patient_id: Mapped[Number] = mapped_column(Identity, ForeignKey("patients.id"), index=True)
    formulation_code: Mapped[Code]
    written_on: Mapped[date]
    status: Mapped[Code]
    document: Mapped[str]
    sha256: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (UniqueConstraint("site", "number"), Index(None, "site", "status", "id"))


class PrescribedTable(Base):
    """How many capsules of each strength a prescription asks for, and how many of them were dispensed."""

    __tablename__ = "prescribed_capsules"
    prescription_id: Mapped[Number] = mapped_column(Identity, ForeignKey("prescriptions.id"), primary_key=True)
    strength_ng: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[Code]
    strength: Mapped[str]
    capsules: Mapped[int]
    dispensed: Mapped[int]
    __table_args__ = (
        CheckConstraint("capsules > 0 AND dispensed >= 0 AND dispensed <= capsules", name="dispensed_is_prescribed"),
        {"sqlite_with_rowid": False},
    )


class CapsuleStockTable(Base):
    """How many capsules of a released batch are on the shelf: the sum of its movements."""

    __tablename__ = "capsule_stock"
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"), primary_key=True, autoincrement=False)
    site: Mapped[Code]
    formulation_code: Mapped[Code]
    strength_ng: Mapped[int]
    beyond_use_date: Mapped[date]
    capsules: Mapped[int]
    __table_args__ = (
        CheckConstraint("capsules >= 0", name="none_below_nothing"),
        # Earliest beyond-use date first is one walk along the index, which leaves out what was dispensed to the last.
        Index(
            "ix_capsule_stock_earliest",
            "site",
            "formulation_code",
            "strength_ng",
            "beyond_use_date",
            "batch_id",
            sqlite_where=ON_SHELF,
            postgresql_where=ON_SHELF,
        ),
        Index(
            "ix_capsule_stock_expiring",
            "site",
            "beyond_use_date",
            "batch_id",
            sqlite_where=ON_SHELF,
            postgresql_where=ON_SHELF,
        ),
    )


class BottleTable(Base):
    """Bottles as dispensed; what came back or was destroyed of one stands among its movements."""

    __tablename__ = "bottles"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    number: Mapped[Code] = mapped_column(unique=True)
    prescription_id: Mapped[Number] = mapped_column(Identity, ForeignKey("prescriptions.id"), index=True)
    strength_ng: Mapped[int]
    strength: Mapped[str]
    capsules: Mapped[int]
    dispensed_on: Mapped[date]
    beyond_use_date: Mapped[date]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (CheckConstraint("capsules > 0", name="holds_something"), Index(None, "site", "id"))


class CapsuleMovementTable(Base):
    """The ledger of finished capsules: what each movement adds to a batch's shelf, signed, and which bottle it is of.

    From a batch to its bottles, and from a bottle to its batches, is one walk along an index: what a recall follows.
    """

    __tablename__ = "capsule_movements"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"))
    bottle_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("bottles.id"))
    kind: Mapped[Code]
    capsules: Mapped[int]
    reason: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (Index(None, "batch_id", "bottle_id"), Index(None, "bottle_id", "batch_id"))
