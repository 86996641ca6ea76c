"""The tables of the journal's tree: its right edge as it is now, and the checkpoints that were signed."""

from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base
from compounder.database.types import Code, Number


class JournalTreeTable(Base):
    """One row: how many entries the journal has, and the roots of the tree's full subtrees, largest first, in hex."""

    __tablename__ = "journal_tree"
    size: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    peaks: Mapped[str]


class CheckpointTable(Base):
    """Checkpoints as they were signed, one for each site, size and key; never changed."""

    __tablename__ = "checkpoints"
    site: Mapped[Code] = mapped_column(primary_key=True)
    size: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[Code] = mapped_column(primary_key=True)
    text: Mapped[str]
