"""A pharmacy in which each act is done once, by the program's own services, and the rows that an act leaves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import text

from bench.filling.opening import PHARMACIST, SITE, TECHNICIANS, at
from bench.filling.tables import COLUMNS
from bench.filling.templates import Cell, Row
from compounder.database.engine import Connection, Database
from compounder.database.schema import Base
from compounder.domain.people.person import Signatory
from compounder.services.signatures import Signing
from compounder.settings import Settings

DAY: Final = date(2026, 3, 17)
"""When everything is done once but the lots that came before."""
TECHNICIAN: Final = TECHNICIANS[0]
NEVER_CAPTURED: Final = ("journal_tree", "number_series", "words")
TableRow = tuple[str, Row]


@dataclass
class Pharmacy:
    """Its database, its keys, the day it was opened, and the ids of its lots by what each is used as."""

    database: Database
    workspace: Settings
    opened: date
    lots: dict[str, str] = field(default_factory=dict)
    _known: set[tuple[Cell, ...]] = field(default_factory=set)

    def captured(self, act: Callable[[Connection], None]) -> list[TableRow]:
        """The rows that an act left, without those that it only changed."""
        with self.database.writing() as writing:
            self._known = self._known or set(map(named, rows_of(writing)))
            act(writing)
            left = [each for each in rows_of(writing) if named(each) not in self._known]
        self._known.update(map(named, left))
        return left

    def signing(self, hour: int) -> Signing:
        """The pharmacist's, at that hour."""
        signatory = Signatory(person=PHARMACIST)
        return Signing(site=SITE, signatory=signatory, keys=self.workspace.keys, at=at(DAY, hour))


def rows_of(connection: Connection, tables: Sequence[str] = ()) -> Iterator[TableRow]:
    """Every row of every table, or of these, as it lies there."""
    for table in tables or COLUMNS:
        if table not in NEVER_CAPTURED:
            for row in connection.execute(text(f"SELECT * FROM {table}")).mappings():
                yield table, dict(row)


def named(each: TableRow) -> tuple[Cell, ...]:
    """The table of a row, and its primary key."""
    table, row = each
    return table, *(row[column.name] for column in Base.metadata.tables[table].primary_key)
