"""The table of item references: what each product is called under the site's GS1 company prefix."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Identity, Number


class Gs1ItemTable(Base):
    """An item reference of a formulation in one strength: given once, never changed, never given to another."""

    __tablename__ = "gs1_items"
    site: Mapped[Code] = mapped_column(primary_key=True)
    prefix: Mapped[Code] = mapped_column(primary_key=True)
    reference: Mapped[Number] = mapped_column(Identity, primary_key=True, autoincrement=False)
    formulation_code: Mapped[Code]
    strength_ng: Mapped[int]
    gtin: Mapped[Code]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (UniqueConstraint("site", "prefix", "formulation_code", "strength_ng"),)
