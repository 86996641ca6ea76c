"""What every table shares: names of constraints, column types, and the journal entry that made a row."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from compounder.database.types import Identity, Instant, Number

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: names of constraints, and the column types of Python's."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar = {int: BigInteger(), str: Text(), datetime: Instant()}


def journal_number() -> Mapped[Number]:
    """The journal entry that made the row."""
    return mapped_column(Identity, ForeignKey("journal.number"))
