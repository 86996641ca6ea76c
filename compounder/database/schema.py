"""The tables. What search needs has columns; what a person stored stands beside them as a canonical document.

A batch's `id` is its compounding day and a daily number, 2026112100007: newest first is one comparison, a page's cursor
is one number, and every index that ends in it is already in the history's order.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base as Base
from compounder.database.base import journal_number
from compounder.database.care_tables import BottleTable as BottleTable
from compounder.database.care_tables import CapsuleMovementTable as CapsuleMovementTable
from compounder.database.care_tables import CapsuleStockTable as CapsuleStockTable
from compounder.database.care_tables import PatientTable as PatientTable
from compounder.database.care_tables import PrescribedTable as PrescribedTable
from compounder.database.care_tables import PrescriptionTable as PrescriptionTable
from compounder.database.care_tables import ProtocolTable as ProtocolTable
from compounder.database.gs1_tables import Gs1ItemTable as Gs1ItemTable
from compounder.database.offered_tables import OfferedReadingTable as OfferedReadingTable
from compounder.database.past_tables import PastBatchTable as PastBatchTable
from compounder.database.past_tables import PastLotTable as PastLotTable
from compounder.database.people_tables import ApiTokenTable as ApiTokenTable
from compounder.database.people_tables import FailureTable as FailureTable
from compounder.database.people_tables import InvitationTable as InvitationTable
from compounder.database.people_tables import PersonTable as PersonTable
from compounder.database.people_tables import SessionTable as SessionTable
from compounder.database.quality_tables import QualityTable as QualityTable
from compounder.database.recall_tables import RecallContactTable as RecallContactTable
from compounder.database.recall_tables import RecallTable as RecallTable
from compounder.database.site_data_tables import LeafletTable as LeafletTable
from compounder.database.site_data_tables import OpioidTable as OpioidTable
from compounder.database.tree_tables import CheckpointTable as CheckpointTable
from compounder.database.tree_tables import JournalTreeTable as JournalTreeTable
from compounder.database.trituration_tables import BatchTriturationTable as BatchTriturationTable
from compounder.database.trituration_tables import TriturationIngredientTable as TriturationIngredientTable
from compounder.database.trituration_tables import TriturationTable as TriturationTable
from compounder.database.types import Code, Identity, Number

TO_COME: Final = text("status IN ('planned', 'in-making', 'verified', 'quarantined')")


class JournalTable(Base):
    """Every write, appended and never changed; all other tables are projections of it."""

    __tablename__ = "journal"
    number: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_is_authenticated: Mapped[bool]
    site: Mapped[Code]
    subject: Mapped[Code]
    kind: Mapped[str]
    document: Mapped[str]
    leaf_hash: Mapped[str]
    __table_args__ = (Index(None, "site", "subject", "number"), Index(None, "site", "number"))


class OneTimeKeyTable(Base):
    """Each form that creates a thing carries a key: what it made stands here, so that two clicks make one."""

    __tablename__ = "one_time_keys"
    site: Mapped[Code] = mapped_column(primary_key=True)
    key: Mapped[Code] = mapped_column(primary_key=True)
    subject: Mapped[str]
    journal_number: Mapped[Number] = journal_number()


class NumberSeriesTable(Base):
    """The last number given in each series of a site: lot numbers of a day, order numbers."""

    __tablename__ = "number_series"
    site: Mapped[Code] = mapped_column(primary_key=True)
    series: Mapped[Code] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class SettingsTable(Base):
    """Versions of a site's settings, never changed."""

    __tablename__ = "site_settings"
    site: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()


class FormulationTable(Base):
    """Versions of master formulation records. Approval is all that is ever added to one."""

    __tablename__ = "formulation_versions"
    site: Mapped[Code] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    document: Mapped[str]
    sha256: Mapped[str]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approval_reason: Mapped[str | None]
    journal_number: Mapped[Number] = journal_number()


class LotTable(Base):
    """Ingredient lots: the document as received, and what changes, which are stock and status."""

    __tablename__ = "ingredient_lots"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    substance: Mapped[Code]
    lot_number: Mapped[Code]
    maker: Mapped[str]
    grade: Mapped[str]
    received_on: Mapped[date]
    expires_on: Mapped[date]
    status: Mapped[Code]
    on_hand_ng: Mapped[int]
    reserved_ng: Mapped[int]
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (
        CheckConstraint("reserved_ng >= 0 AND on_hand_ng >= reserved_ng", name="reserved_is_on_hand"),
        Index(None, "site", "lot_number"),
        Index(None, "site", "substance", "status", "expires_on"),
        Index(None, "site", "expires_on", "id"),
    )


class MeasurementTable(Base):
    """Filled capsules of a lot's powder: the raw weights as a document, and the statistic worked out from them."""

    __tablename__ = "lot_measurements"
    id: Mapped[Number] = mapped_column(primary_key=True)
    lot_id: Mapped[Number] = mapped_column(Identity, ForeignKey("ingredient_lots.id"), index=True)
    site: Mapped[Code]
    capsule_size: Mapped[str]
    pack_statistic: Mapped[str]
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()


class OrderTable(Base):
    """Orders: the canonical resolved order, with one batch a strength."""

    __tablename__ = "orders"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    order_number: Mapped[Code]
    compounded_on: Mapped[date]
    formulation_code: Mapped[Code]
    formulation_version: Mapped[int]
    stored_at: Mapped[datetime]
    stored_by: Mapped[str]
    document: Mapped[str]
    sha256: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (
        UniqueConstraint("site", "order_number"),
        ForeignKeyConstraint(
            ["site", "formulation_code", "formulation_version"],
            ["formulation_versions.site", "formulation_versions.code", "formulation_versions.version"],
        ),
    )


class BatchTable(Base):
    """What the history shows and searches of a batch; its record is a document of its own."""

    __tablename__ = "batches"
    id: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    site: Mapped[Code]
    order_id: Mapped[Number] = mapped_column(Identity, ForeignKey("orders.id"), index=True)
    order_number: Mapped[Code]
    lot_number: Mapped[Code] = mapped_column(unique=True)
    preparation: Mapped[str]
    formulation_code: Mapped[Code]
    formulation_version: Mapped[int]
    strength_ng: Mapped[int]
    strength: Mapped[str]
    capsules: Mapped[int]
    compounded_on: Mapped[date]
    beyond_use_date: Mapped[date]
    status: Mapped[Code]
    status_reason: Mapped[str]
    plan_number: Mapped[int]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (
        CheckConstraint("capsules > 0 AND strength_ng > 0", name="holds_something"),
        Index(None, "site", "id"),
        Index(None, "site", "lot_number"),
        # What stands behind the id is asked together with what stands before it, and need not be fetched.
        Index("ix_batches_strength", "site", "strength_ng", "id", "status", "formulation_code", "beyond_use_date"),
        Index("ix_batches_formulation", "site", "formulation_code", "id", "status", "strength_ng", "beyond_use_date"),
        Index("ix_batches_status", "site", "status", "id", "strength_ng", "formulation_code", "beyond_use_date"),
        Index(None, "site", "beyond_use_date", "id"),
        # What was never released may still come to the shelf: without all that did, however long the history.
        Index("ix_batches_to_come", "site", "beyond_use_date", "id", sqlite_where=TO_COME, postgresql_where=TO_COME),
        Index(None, "site", "order_number"),
        Index(None, "site", "compounded_on", "status", "strength_ng"),
    )


class RecordTable(Base):
    """Compounding records, as they were stored."""

    __tablename__ = "batch_records"
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"), primary_key=True)
    site: Mapped[Code]
    document: Mapped[str]
    sha256: Mapped[str]


class PlanTable(Base):
    """Plans 1, 2 … of a batch, never changed."""

    __tablename__ = "plans"
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[Code]
    document: Mapped[str]
    sha256: Mapped[str]
    journal_number: Mapped[Number] = journal_number()


class BatchIngredientTable(Base):
    """Which ingredient lots are in which batch: what a recall follows."""

    __tablename__ = "batch_ingredients"
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"), primary_key=True)
    ingredient_lot_id: Mapped[Number] = mapped_column(Identity, ForeignKey("ingredient_lots.id"), primary_key=True)
    site: Mapped[Code]
    mass_ng: Mapped[int]
    __table_args__ = (Index(None, "ingredient_lot_id", "batch_id"), {"sqlite_with_rowid": False})


class MovementTable(Base):
    """The stock ledger: what each movement adds to the mass on hand and to the mass reserved, signed."""

    __tablename__ = "stock_movements"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    lot_id: Mapped[Number] = mapped_column(Identity, ForeignKey("ingredient_lots.id"))
    batch_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("batches.id"), index=True)
    trituration_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("triturations.id"), index=True)
    kind: Mapped[str]
    on_hand_ng: Mapped[int]
    reserved_ng: Mapped[int]
    reason: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (Index(None, "lot_id", "id"),)


class WordTable(Base):
    """Normalised words and the batches they stand in; the key is the prefix index."""

    __tablename__ = "words"
    site: Mapped[Code] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    word: Mapped[Code] = mapped_column(primary_key=True)
    subject_id: Mapped[Number] = mapped_column(Identity, primary_key=True, autoincrement=False)
    __table_args__ = (Index(None, "kind", "subject_id", "word"), {"sqlite_with_rowid": False})


class PaperTable(Base):
    """Papers as issued, by the hash of the document they were made from; none that names a patient."""

    __tablename__ = "issued_papers"
    site: Mapped[Code] = mapped_column(primary_key=True)
    document_sha256: Mapped[Code] = mapped_column(primary_key=True)
    paper: Mapped[Code] = mapped_column(primary_key=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
