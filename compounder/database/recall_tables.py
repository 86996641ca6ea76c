"""The tables of recalls: each with its document, and who was told when. Patients stand in them by their rows alone."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Identity, Number


class RecallTable(Base):
    """Recalls, open and closed."""

    __tablename__ = "recalls"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    number: Mapped[Code]
    origin_kind: Mapped[Code]
    origin_name: Mapped[Code]
    started_on: Mapped[date]
    status: Mapped[Code]
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (
        UniqueConstraint("site", "number"),
        Index(None, "site", "id"),
        Index(None, "site", "origin_kind", "origin_name"),
    )


class RecallContactTable(Base):
    """Who was told of a recall, or sought: a patient, or a prescriber by name."""

    __tablename__ = "recall_contacts"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    recall_id: Mapped[Number] = mapped_column(Identity, ForeignKey("recalls.id"))
    patient_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("patients.id"))
    prescriber: Mapped[str]
    told_on: Mapped[date]
    way: Mapped[Code]
    answer: Mapped[Code]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (Index(None, "recall_id", "patient_id"),)
