"""The book that a history is written into: entries in their sequence, the tree over them, numbers, tables, words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from random import Random
from typing import Final

from sqlalchemy import Connection, insert, update

from bench.filling.opening import SITE
from bench.filling.tables import Tables
from bench.filling.templates import Template, Values
from compounder.database import tree
from compounder.database.schema import JournalTreeTable, NumberSeriesTable
from compounder.database.words import words_of
from compounder.domain.record.merkle import Edge

LATER: Final = ("ingredient_lots", "prescriptions", "prescribed_capsules", "capsule_stock")
"""Tables whose rows go on changing: whoever writes them puts them in when they do not any more."""
AT_ONCE: Final = 50_000


class Book:
    """What acts are written into, one after the other; `leaves` are the hashes of entries that the tree has not got."""

    def __init__(self, connection: Connection, tables: Tables, batches: int, seed: int) -> None:
        self.batches, self.chance, self.tables = batches, Random(seed), tables
        self.leaves: list[bytes] = []
        self._edge: Edge = tree.edge(connection)
        self._next = self._edge.size + 1
        self._ids: Counter[str] = Counter()
        self._series: Counter[tuple[str, str]] = Counter()
        self._keys = 0
        self._written: dict[Template, None] = {}

    def next_id(self, table: str) -> int:
        """The id of the next row of a table that others refer to."""
        self._ids[table] += 1
        return self._ids[table]

    def next_number(self, series: str, site: str = SITE, many: int = 1) -> int:
        """The first of so many numbers of a series."""
        self._series[site, series] += many
        return self._series[site, series] - many + 1

    def write(self, template: Template, day: int, given: Mapping[str, object]) -> Values:
        """Write an act of that day; its values. Its rows are put in with those of other days."""
        values = template.start(self._next, day, given)
        for number in range(1, template.keys + 1):
            template.change(values, f"key {number}", self._key())
        template.finish(values)
        self._next += template.entries
        template.keep(values)
        self._written[template] = None
        return values

    def put(self, template: Template, values: Values, table: str) -> None:
        """Put in an act's rows of a table."""
        self.tables.add(table, template.rows(values, table))

    def find_by(self, kind: str, number: int, texts: Iterable[str], rare: str = "") -> None:
        """Let a batch or a lot be found by the words of these texts, and of one that few others have."""
        self.tables.find_by(kind, frozenset().union(*map(_words_in, texts), words_in(rare)), number)

    def close(self, connection: Connection) -> None:
        """Put in the tree over all entries, and where each series of numbers stands."""
        self._put_in()
        connection.execute(update(JournalTreeTable).values(size=self._edge.size, peaks=tree.as_text(self._edge)))
        rows = [{"site": site, "series": series, "last_number": last} for (site, series), last in self._series.items()]
        connection.execute(insert(NumberSeriesTable), rows)
        self.tables.finish(SITE)

    def turn(self) -> None:
        """Put in what was written, and let the tree grow by it, once it is enough to be done at once."""
        if len(self.leaves) >= AT_ONCE:
            self._put_in()

    def _put_in(self) -> None:
        self._edge = self._edge.grown(self.leaves)
        self.leaves.clear()
        for template in self._written:
            for table, rows in template.waiting(LATER):
                self.tables.add(table, rows)
        self._written.clear()
        self.tables.put_in()

    def _key(self) -> str:
        """A form's one-time key, as the program hashes it; in their order, so that the index grows at its end."""
        self._keys += 1
        return f"{self._keys:012x}{self.chance.getrandbits(208):052x}"


def words_in(text: str) -> frozenset[str]:
    """The words of one text, as the program finds a batch by them."""
    return words_of({text, text.replace("-", " ")})


_words_in = cache(words_in)
"""There are few different texts."""
