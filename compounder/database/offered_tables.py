"""The table of what balances offer. Transient: no entry makes a row, and the journal tells of a reading once taken."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base
from compounder.database.types import Code


class OfferedReadingTable(Base):
    """The newest reading that each balance sent, used or not."""

    __tablename__ = "offered_readings"
    site: Mapped[Code] = mapped_column(primary_key=True)
    balance: Mapped[Code] = mapped_column(primary_key=True)
    offer_id: Mapped[Code]
    reading: Mapped[str]
    line: Mapped[str]
    protocol: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    is_used: Mapped[bool]
