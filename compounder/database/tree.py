"""The tree over the journal's entries: its right edge, which grows with each, and the checkpoints signed of it.

The edge is one row with about twenty hashes at a million entries, so a new root costs the same at any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from compounder.database.errors import TreeMissing
from compounder.database.schema import CheckpointTable, JournalTreeTable
from compounder.database.types import AnyRow
from compounder.domain.record.merkle import Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A checkpoint as it was signed, and by which key: 64 hexadecimal digits."""

    site: str
    size: int
    public_key: str
    text: str


_EDGE: Final = select(JournalTreeTable.size, JournalTreeTable.peaks)
_GROW: Final = (
    update(JournalTreeTable)
    .where(JournalTreeTable.size == bindparam("was"))
    .values(size=bindparam("now"), peaks=bindparam("edge"))
)
_TEXT: Final = select(CheckpointTable.text).where(
    CheckpointTable.site == bindparam("site"),
    CheckpointTable.size == bindparam("size"),
    CheckpointTable.public_key == bindparam("public_key"),
)
_CHECKPOINTS: Final = select(
    CheckpointTable.site, CheckpointTable.size, CheckpointTable.public_key, CheckpointTable.text
).order_by(CheckpointTable.size, CheckpointTable.site, CheckpointTable.public_key)
_FIRST: Final = _CHECKPOINTS.where(
    CheckpointTable.site == bindparam("site"),
    CheckpointTable.size >= bindparam("size"),
    CheckpointTable.public_key == bindparam("public_key"),
).limit(1)
_KEEP: Final = insert(CheckpointTable)


def edge(connection: Connection) -> Edge:
    """The right edge of the tree over every entry; refuses with `TreeMissing` a database that has lost it."""
    row = connection.execute(_EDGE).first()
    if row is None:
        raise TreeMissing
    return Edge(row.size, tuple(bytes.fromhex(peak) for peak in row.peaks.split()))


def grow(connection: Connection, before: Edge, leaves: Sequence[str]) -> None:
    """Let the tree grow by these leaf hashes."""
    grown = before.grown(bytes.fromhex(leaf) for leaf in leaves)
    connection.execute(_GROW, {"was": before.size, "now": grown.size, "edge": as_text(grown)})


def as_text(grown: Edge) -> str:
    """The peaks as the table has them."""
    return " ".join(peak.hex() for peak in grown.peaks)


def checkpoint_text(connection: Connection, site: str, size: int, public_key: str) -> str | None:
    """The checkpoint that this key signed of so many entries; None if it signed none."""
    return connection.scalar(_TEXT, {"site": site, "size": size, "public_key": public_key})


def checkpoints(connection: Connection) -> tuple[KeptCheckpoint, ...]:
    """Every checkpoint that was signed, those of the fewest entries first."""
    return tuple(_kept(row) for row in connection.execute(_CHECKPOINTS))


def first_checkpoint(connection: Connection, site: str, size: int, public_key: str) -> KeptCheckpoint | None:
    """The first checkpoint that this key signed of so many entries or more; None if it signed none."""
    row = connection.execute(_FIRST, {"site": site, "size": size, "public_key": public_key}).first()
    return _kept(row) if row else None


def _kept(row: AnyRow) -> KeptCheckpoint:
    return KeptCheckpoint(site=row.site, size=row.size, public_key=row.public_key, text=row.text)


def keep_checkpoint(connection: Connection, kept: KeptCheckpoint) -> str:
    """The text that is kept: this one, or the one that somebody was quicker to sign."""
    earlier = checkpoint_text(connection, kept.site, kept.size, kept.public_key)
    if earlier is not None:
        return earlier
    row = {"site": kept.site, "size": kept.size, "public_key": kept.public_key, "text": kept.text}
    connection.execute(_KEEP, row)
    return kept.text
