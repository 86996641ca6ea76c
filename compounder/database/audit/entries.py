"""The journal read as it lies there: every entry hashed again, put into its place in the tree, and counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection, Text, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from compounder.codec.documents import written
from compounder.database import tree
from compounder.database.audit.finding import Finding
from compounder.database.errors import TreeMissing
from compounder.database.schema import JournalTable
from compounder.database.types import AnyRow
from compounder.domain.record.journal import leaf_hash
from compounder.domain.record.merkle import Edge

AT_ONCE: Final = 1_000
INSTANT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_FLAGS: Final[Mapping[object, bool]] = {0: False, 1: True}


def raw(column: InstrumentedAttribute[Any], name: str | None = None) -> Any:
    """The column as it lies there: SQLAlchemy makes nothing of it, so that nonsense can be read too."""
    return type_coerce(column, Text).label(name or column.key)


def written_instant(value: object) -> object:
    """A moment as documents write it, from the text that SQLite keeps or the value that PostgreSQL's driver gives."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(INSTANT)
    return f"{value}Z".replace(" ", "T", 1)


ENTRY_COLUMNS: Final = tuple(
    raw(column, f"entry_{column.key}")
    for column in (
        JournalTable.number,
        JournalTable.at,
        JournalTable.actor,
        JournalTable.actor_is_authenticated,
        JournalTable.site,
        JournalTable.subject,
        JournalTable.kind,
        JournalTable.document,
        JournalTable.leaf_hash,
    )
)
_EVERY: Final = select(*ENTRY_COLUMNS).order_by(JournalTable.number)


@dataclass(frozen=True)
class Told:
    """An entry as it lies there; `at` as documents write it, `kept_leaf` what stands beside it as its hash."""

    number: int
    at: str
    actor: str
    is_authenticated: object
    site: str
    subject: str
    kind: str
    document: str
    kept_leaf: str

    @cached_property
    def leaf(self) -> str:
        """The leaf hash of what the entry says now."""
        said = {
            "number": self.number,
            "at": self.at,
            "actor": {"name": self.actor, "is_authenticated": self.is_authenticated},
            "site": self.site,
            "subject": self.subject,
            "kind": self.kind,
            "document": self.document,
        }
        return leaf_hash(written(said))

    @property
    def name(self) -> str:
        return f"Entry {self.number:,} ({self.kind.replace('-', ' ')}: {self.subject})"


def told_by(row: AnyRow) -> Told:
    """The entry of a row that has `ENTRY_COLUMNS`."""
    flag = row.entry_actor_is_authenticated
    return Told(
        number=row.entry_number,
        at=str(written_instant(row.entry_at)),
        actor=str(row.entry_actor),
        is_authenticated=_FLAGS.get(flag, str(flag)),
        site=str(row.entry_site),
        subject=str(row.entry_subject),
        kind=str(row.entry_kind),
        document=str(row.entry_document),
        kept_leaf=str(row.entry_leaf_hash),
    )


def every_entry(connection: Connection) -> Iterator[Told]:
    """Every entry of every site, in the sequence of their numbers."""
    for row in connection.execute(_EVERY, execution_options={"yield_per": AT_ONCE}):
        yield told_by(row)


@dataclass(frozen=True, slots=True)
class Mark:
    """A root that the journal had at a size, and how a sentence tells of it: "this checkpoint was signed"."""

    size: int
    root: bytes
    told: str


@dataclass
class Walk:
    """The journal walked from its first entry on: how far, the tree so far, and what did not fit."""

    marks: Sequence[Mark]
    findings: list[Finding] = field(default_factory=list)
    edge: Edge = field(default_factory=Edge)
    number: int = 0
    proved: int = 0
    is_unbroken: bool = True

    def walk(self, connection: Connection) -> "Walk":
        """All of it, its tree and every mark."""
        leaves: list[bytes] = []
        stops = iter(sorted({mark.size for mark in self.marks}))
        stop = next(stops, -1)
        for told in every_entry(connection):
            self._count(told)
            leaves.append(self._leaf(told))
            if told.number == stop:
                self._grow(leaves)
                stop = next(stops, -1)
        self._grow(leaves)
        self._beyond()
        self._hold_against_the_tree(connection)
        return self

    def _count(self, told: Told) -> None:
        wanted = self.number + 1
        if told.number > wanted:
            self._break(f"{entries(wanted, told.number - 1)} missing from the journal.", wanted)
        elif told.number < wanted:
            self._break(f"{told.name} does not belong where it stands in the journal.", told.number)
        self.number = told.number

    def _break(self, sentence: str, entry: int) -> None:
        """From here on no root can fit, and it would say nothing to name each."""
        self.findings.append(Finding(sentence, entry))
        self.is_unbroken = False

    def _leaf(self, told: Told) -> bytes:
        """The leaf that the tree was made with, if the entry was changed beside it."""
        if told.leaf == told.kept_leaf:
            return bytes.fromhex(told.leaf)
        self.findings.append(Finding(f"{told.name} is not what was written: its leaf hash does not fit.", told.number))
        try:
            return bytes.fromhex(told.kept_leaf)
        except ValueError:
            return bytes.fromhex(told.leaf)

    def _grow(self, leaves: list[bytes]) -> None:
        self.edge = self.edge.grown(leaves)
        leaves.clear()
        for mark in self.marks:
            if mark.size == self.edge.size and self.is_unbroken:
                self._hold_against(mark)

    def _hold_against(self, mark: Mark) -> None:
        """The first root that does not fit says between which entries; the later ones cannot fit either."""
        if mark.root == self.edge.root:
            self.proved = mark.size
            return
        place = span(self.proved + 1, mark.size)
        self._break(f"{place} not what it was when {mark.told}: the root does not fit.", mark.size)

    def _beyond(self) -> None:
        beyond = [mark for mark in self.marks if mark.size > self.number]
        for mark in beyond[:1]:
            said = f"The journal ends at entry {self.number:,}, and had {mark.size:,} when {mark.told}"
            self._break(f"{said}: {entries(self.number + 1, mark.size)} cut off.", self.number)

    def _hold_against_the_tree(self, connection: Connection) -> None:
        try:
            kept = tree.edge(connection)
        except (TreeMissing, ValueError):
            self.findings.append(Finding("The journal's tree is missing or cannot be read."))
            return
        if kept.size > self.number:
            place = entries(self.number + 1, kept.size)
            self.findings.append(Finding(f"{place} cut off: the journal's tree still has them.", self.number))
        elif kept.size < self.number:
            place = entries(kept.size + 1, self.number)
            self.findings.append(Finding(f"{place} not in the journal's tree: put in past it.", kept.size + 1))
        elif self.is_unbroken:
            self._hold_against_peaks(kept)

    def _hold_against_peaks(self, kept: Edge) -> None:
        for place, ours, theirs in zip(self.edge.spans, self.edge.peaks, kept.peaks, strict=False):
            if ours != theirs:
                said = f"{span(place[0], place[-1])} not what the journal's tree was made with."
                self.findings.append(Finding(said, place[0]))
        if len(kept.peaks) != len(self.edge.peaks):
            self.findings.append(Finding("The journal's tree has another number of subtrees than its entries make."))


def entries(first: int, last: int) -> str:
    """ "Entry 7 is", or "Entries 7 to 9 are"."""
    return f"Entry {first:,} is" if first == last else f"Entries {first:,} to {last:,} are"


def span(first: int, last: int) -> str:
    """ "Entry 7 is", or "One of the entries 7 to 9 is"."""
    return f"Entry {first:,} is" if first == last else f"One of the entries {first:,} to {last:,} is"
