"""The table of what finished capsules weighed, batch by batch: trends are drawn from it, not from the journal."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base
from compounder.database.types import Code, Identity, Number


class QualityTable(Base):
    """One row an entry of weights, never changed; of a batch the newest counts, if it is of the plan in force.

    Masses are exact text as documents keep it; `theory` is the planned fill of a capsule.
    """

    __tablename__ = "batch_quality"
    journal_number: Mapped[Number] = mapped_column(
        Identity, ForeignKey("journal.number"), primary_key=True, autoincrement=False
    )
    site: Mapped[Code]
    batch_id: Mapped[Number] = mapped_column(Identity, ForeignKey("batches.id"))
    plan_number: Mapped[int]
    formulation_code: Mapped[Code]
    filler_lot_id: Mapped[Number] = mapped_column(Identity, ForeignKey("ingredient_lots.id"))
    capsules: Mapped[int]
    mean_net: Mapped[str]
    relative_standard_deviation: Mapped[str]
    theory: Mapped[str]
    weighed_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_batch_quality_formulation", "site", "formulation_code", "batch_id", "journal_number"),
        Index("ix_batch_quality_filler_lot", "filler_lot_id", "batch_id", "journal_number"),
        Index("ix_batch_quality_batch", "batch_id", "journal_number"),
    )
