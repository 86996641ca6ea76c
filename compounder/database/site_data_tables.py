"""The tables of what a site changes of the data that the program brings: versions, never changed themselves."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Number


class OpioidTable(Base):
    """What a site said of an opioid's name; `code` is the name in small letters. The program's own list is no row."""

    __tablename__ = "opioid_versions"
    site: Mapped[Code] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()


class LeafletTable(Base):
    """Versions of a site's own words in the leaflet for patients. What the program brings is no row."""

    __tablename__ = "leaflet_versions"
    site: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str]
    journal_number: Mapped[Number] = journal_number()
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
