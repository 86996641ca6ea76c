"""The tables of past batches: what other records say of batches that this program neither planned nor calculated.

They are no rows of `batches`: no plan, weighing, signature, capsule or bottle can be theirs. Their ids are of the same
series, so that both stand in one history.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Identity, Number


class PastBatchTable(Base):
    """What the history shows and searches of a past batch, and the document."""

    __tablename__ = "past_batches"
    id: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    site: Mapped[Code]
    lot_number: Mapped[Code]
    lot_number_in_capitals: Mapped[Code]
    preparation: Mapped[str]
    strength_ng: Mapped[int]
    strength: Mapped[str]
    capsules: Mapped[int]
    compounded_on: Mapped[date]
    beyond_use_date: Mapped[date]
    status: Mapped[Code]
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (
        CheckConstraint("capsules > 0 AND strength_ng > 0", name="holds_something"),
        # One that was withdrawn may be entered again, put right.
        Index(
            "ix_past_batches_entered_once",
            "site",
            "lot_number",
            unique=True,
            sqlite_where=text("status = 'past'"),
            postgresql_where=text("status = 'past'"),
        ),
        Index(None, "site", "id"),
        Index(None, "site", "lot_number_in_capitals"),
    )


class PastLotTable(Base):
    """The ingredient lots that a past batch's record names, in its sequence, and the lot in stock that each was found
    to be: what a recall follows."""

    __tablename__ = "past_batch_lots"
    past_batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("past_batches.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[Code]
    lot_number: Mapped[Code]
    maker: Mapped[str]
    ingredient_lot_id: Mapped[Number | None] = mapped_column(Identity, ForeignKey("ingredient_lots.id"), index=True)
    __table_args__ = (Index(None, "site", "lot_number"),)
