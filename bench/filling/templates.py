"""Rows that the program wrote, as a template: what differs from one time to the next is a hole, all else stays.

A template is made from rows as they lie in a database. Named texts become holes; so does every date, by its distance
from the day it all happened, and every hash of a document, and every signature, which are worked out anew. What is
filled in is therefore what the program itself would have written, at the price of joining texts and hashing them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any

from bench.filling.opening import SITE
from bench.filling.tables import COLUMNS
from compounder.codec.documents import digest
from compounder.domain.calendar import format_day
from compounder.domain.record.journal import leaf_hash

Cell = str | int | None
Row = Mapping[str, Cell]
Values = list[Any]
Get = Callable[[Values], Any]
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
A_DATE = re.compile(rf"\d{{4}}-\d\d-\d\d|\b\d{{1,2}} (?:{MONTHS}) \d{{4}}\b")
SAID = ("actor", "at", "document", "kind", "number", "subject")


@dataclass(frozen=True, kw_only=True)
class Captured:
    """Rows of one act with their tables, on which day it was, and the names of what differs: by the text that stands
    for it, by table and column, and by column and what stands there."""

    rows: Sequence[tuple[str, Row]]
    day: date
    texts: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    numbers: Mapping[tuple[str, Cell], str] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    """Dates that do not move with the day."""

    def entries(self) -> list[Row]:
        """The entries of the journal, in their sequence."""
        return sorted((row for table, row in self.rows if table == "journal"), key=itemgetter("number"))


@lru_cache(maxsize=20_000)
def iso(ordinal: int) -> str:
    """A day as documents and columns write it."""
    return date.fromordinal(ordinal).isoformat()


@lru_cache(maxsize=20_000)
def spelled(ordinal: int) -> str:
    """A day as sentences write it."""
    return format_day(date.fromordinal(ordinal))


class Template:
    """An act to be filled in: `start` gives its values, `finish` works out what follows from them, `rows` its rows."""

    def __init__(self, captured: Captured, sign: Callable[[str], str], leaves: list[bytes]) -> None:
        self._captured, self._sign, self._leaves = captured, sign, leaves
        self._values: Values = []
        self._waiting: list[Values] = []
        self._slots: dict[object, int] = {}
        self._steps: list[tuple[int, Callable[[Any], Any], Get]] = []
        self._days: list[tuple[int, Callable[[int], str], int]] = []
        entries = captured.entries()
        self.entries, self.keys = len(entries), 0
        self._numbers = {entry["number"]: self._slot(("entry", place)) for place, entry in enumerate(entries)}
        self._derived = self._hashes_and_signatures(entries)
        self._token = self._pattern()
        self.getters: Mapping[str, Sequence[Get]] = self._compiled()
        self._named = {name: slot for name, slot in self._slots.items() if isinstance(name, str)}

    def start(self, first: int, ordinal: int, given: Mapping[str, object]) -> Values:
        """The values of one time, its first entry's number and its day given, and what has a name."""
        values = self._values.copy()
        values[: self.entries] = range(first, first + self.entries)
        for slot, write, distance in self._days:
            values[slot] = write(ordinal + distance)
        for name, slot in self._named.items():
            if name in given:
                values[slot] = given[name]
        return values

    def change(self, values: Values, name: str, value: object) -> None:
        """Give a value that is known only later."""
        values[self._named[name]] = value

    def finish(self, values: Values) -> None:
        """Work out texts, hashes and signatures, each after what it is made from."""
        for slot, work, get in self._steps:
            values[slot] = work(get(values))

    def rows(self, values: Values, table: str) -> list[tuple[Any, ...]]:
        """The rows of a table."""
        return [get(values) for get in self.getters.get(table, ())]

    def keep(self, values: Values) -> None:
        """Let the rows of one time wait for `waiting`: many of them at once are quicker."""
        self._waiting.append(values)

    def waiting(self, later: Sequence[str]) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
        """The rows that waited, by table, but for those of tables that come later."""
        kept, self._waiting = self._waiting, []
        for table, getters in self.getters.items():
            if table not in later:
                for get in getters:
                    yield table, map(get, kept)

    def _slot(self, name: object, value: object = None) -> int:
        if name not in self._slots:
            self._slots[name] = len(self._values)
            self._values.append(value)
        return self._slots[name]

    def _hashes_and_signatures(self, entries: Iterable[Row]) -> dict[str, Callable[[], int]]:
        """What stands for the hash of a document or for a signature, and how its slot is made."""
        derived: dict[str, Callable[[], int]] = {}
        for _, row in self._captured.rows:
            if isinstance(text := row.get("document"), str):
                derived[digest(text)] = partial(self._made_from, "hash", digest, text)
        for entry in entries:
            signed = json.loads(str(entry["document"])).get("signature")
            if signed:
                derived[signed["signature"]] = partial(self._made_from, "signature", self._sign, signed["claim"])
        return derived

    def _made_from(self, name: str, work: Callable[[str], str], text: str) -> int:
        """The slot of what is worked out from a text."""
        return self._step((name, text), work, [self._of_text(text)])

    def _pattern(self) -> re.Pattern[str]:
        tokens = sorted([*self._captured.texts, *self._derived], key=len, reverse=True)
        return re.compile(f"{'|'.join(map(re.escape, tokens)) or '(?!)'}|{A_DATE.pattern}")

    def _step(self, name: object, work: Callable[[Any], Any], sources: Sequence[int]) -> int:
        """The slot of what is worked out from other slots; once and for all if none of those has a hole."""
        if name not in self._slots:
            get = itemgetter(*sources)
            if all(self._values[source] is not None for source in sources):
                return self._slot(name, work(get(self._values)))
            self._steps.append((self._slot(name), work, get))
        return self._slots[name]

    def _of_text(self, text: str) -> int:
        """The slot of a text: of its own if it has no hole or is one, else joined from its parts."""
        if ("text", text) in self._slots:
            return self._slots["text", text]
        parts, end = [], 0
        for found in self._token.finditer(text):
            if found[0] in self._captured.fixed:
                continue
            parts += [self._slot(("text", text[end : found.start()]), text[end : found.start()])]
            parts += [self._of_token(found[0])]
            end = found.end()
        if not parts:
            return self._slot(("text", text), text)
        parts = [part for part in [*parts, self._slot(("text", text[end:]), text[end:])] if self._values[part] != ""]
        return parts[0] if len(parts) == 1 else self._step(("joined", text), "".join, parts)

    def _of_token(self, token: str) -> int:
        if token in self._captured.texts:
            return self._slot(self._captured.texts[token])
        if token in self._derived:
            return self._derived[token]()
        write, day = (iso, date.fromisoformat(token)) if token[4] == "-" else (spelled, _read(token))
        distance = (day - self._captured.day).days
        if (write, distance) not in self._slots:
            self._days.append((self._slot((write, distance)), write, distance))
        return self._slots[write, distance]

    def _compiled(self) -> Mapping[str, Sequence[Get]]:
        getters: defaultdict[str, list[Get]] = defaultdict(list)
        others = [each for each in self._captured.rows if each[0] != "journal"]
        for table, row in [*(("journal", entry) for entry in self._captured.entries()), *others]:
            slots = {name: self._of_cell(table, name, row[name]) for name in COLUMNS[table]}
            if table == "journal":
                self._steps.append((slots["leaf_hash"], self._leaf, itemgetter(*(slots[name] for name in SAID))))
            getters[table].append(itemgetter(*slots.values()))
        return dict(getters)

    def _of_cell(self, table: str, column: str, cell: Cell) -> int:
        if column == "leaf_hash":
            return self._slot((column, cell))
        if (table, column) in self._captured.cells:
            return self._slot(self._captured.cells[table, column])
        if (table, column) == ("one_time_keys", "key"):
            self.keys += 1
            return self._slot(f"key {self.keys}")
        if (column, cell) in self._captured.numbers:
            return self._slot(self._captured.numbers[column, cell])
        if column == "journal_number" or (table, column) == ("journal", "number"):
            return self._numbers[cell]
        return self._of_text(cell) if isinstance(cell, str) else self._slot(("number", cell), cell)

    def _leaf(self, said: tuple[Any, ...]) -> str:
        """The leaf hash of an entry, which the tree grows by; its canonical text as `codec.documents` writes it."""
        actor, moment, document, kind, number, subject = said
        leaf = leaf_hash(
            f'{{"actor":{{"is_authenticated":true,"name":{quoted(actor)}}},"at":"{moment.replace(" ", "T")}Z",'
            f'"document":{quoted(document)},"kind":"{kind}","number":{number},"site":"{SITE}","subject":{quoted(subject)}}}'
        )
        self._leaves.append(bytes.fromhex(leaf))
        return leaf


def _read(token: str) -> date:
    day, month, year = token.split()
    return date(int(year), MONTHS.split("|").index(month) + 1, int(day))


def thinned(captured: Captured, kinds: frozenset[str]) -> Captured:
    """The same rows, in which every document of these kinds of entries, and of the rows they made, says nothing."""
    emptied = {row["number"] for row in captured.entries() if row["kind"] in kinds}
    nothing = sha256(b"{}").hexdigest()

    def thin(table: str, row: Row) -> Row:
        number = row.get("number") if table == "journal" else row.get("journal_number")
        if "document" not in row or (number not in emptied and table != "batch_records"):
            return row
        return {**row, "document": "{}", **({"sha256": nothing} if "sha256" in row else {})}

    return Captured(**{**captured.__dict__, "rows": [(table, thin(table, row)) for table, row in captured.rows]})
