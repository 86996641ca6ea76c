"""What waits for somebody: of each status where a batch waits, those that wait longest, as far as each one is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from compounder.database.engine import Connection
from compounder.database.errors import RecordUnreadable
from compounder.database.search import BatchFilter, BatchRow, count_text, longest_waiting
from compounder.domain.record.record import BatchStatus
from compounder.services.bench import Bench, bench_of

WAITING: Final = (BatchStatus.VERIFIED, BatchStatus.IN_MAKING, BatchStatus.PLANNED, BatchStatus.QUARANTINED)
"""Where a batch waits, the nearest to its end first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The batches that stand at a status: how many in words, and those that wait longest."""

    status: BatchStatus
    count: str
    batches: tuple[Bench, ...]


def waiting(connection: Connection, site: str, each: int) -> tuple[Queue, ...]:
    """A queue for each status where batches wait now, with at most `each` of them."""
    found = ((status, longest_waiting(connection, site, status, limit=each)) for status in WAITING)
    return tuple(
        Queue(
            status=status,
            count=count_text(connection, site, BatchFilter(status=status)),
            batches=tuple(_looked_at(connection, site, rows)),
        )
        for status, rows in found
        if rows
    )


def _looked_at(connection: Connection, site: str, rows: Sequence[BatchRow]) -> Iterator[Bench]:
    """The batches of these rows; one whose record was changed beside the journal is counted only: its page says so."""
    for row in rows:
        try:
            yield bench_of(connection, site, row.lot_number)
        except RecordUnreadable:
            continue
