"""The tables of triturations: planned with an order, made once, and an ingredient lot from then on."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Identity, Number


class TriturationTable(Base):
    """What is searched of a trituration, its record as a document, and once it is made, the lot that it is."""

    __tablename__ = "triturations"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    order_id: Mapped[Number] = mapped_column(Identity, ForeignKey("orders.id"), index=True)
    order_number: Mapped[Code]
    lot_number: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str]
    ratio: Mapped[str]
    made_from_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("triturations.id"), index=True)
    compounded_on: Mapped[date]
    beyond_use_date: Mapped[date]
    status: Mapped[Code]
    status_reason: Mapped[str]
    ingredient_lot_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("ingredient_lots.id"), index=True)
    document: Mapped[str]
    sha256: Mapped[str]
    made_document: Mapped[str | None]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (Index(None, "site", "order_number"), Index(None, "site", "status", "id"))


class TriturationIngredientTable(Base):
    """Which ingredient lots are in which trituration, those of the triturations it was made from included."""

    __tablename__ = "trituration_ingredients"
    trituration_id: Mapped[Number] = mapped_column(Identity, ForeignKey("triturations.id"), primary_key=True)
    ingredient_lot_id: Mapped[Number] = mapped_column(Identity, ForeignKey("ingredient_lots.id"), primary_key=True)
    site: Mapped[Code]
    mass_ng: Mapped[int]
    __table_args__ = (Index(None, "ingredient_lot_id", "trituration_id"), {"sqlite_with_rowid": False})


class BatchTriturationTable(Base):
    """Which triturations an order's batches draw on, each stage of a chain included."""

    __tablename__ = "batch_triturations"
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"), primary_key=True)
    trituration_id: Mapped[Number] = mapped_column(Identity, ForeignKey("triturations.id"), primary_key=True)
    site: Mapped[Code]
    __table_args__ = (Index(None, "trituration_id", "batch_id"), {"sqlite_with_rowid": False})
