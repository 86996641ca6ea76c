"""What waits for somebody: of each status where a batch waits, those that wait longest, as far as each one is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from compounder.database.engine import Connection
from compounder.database.errors import RecordUnreadable
from compounder.database.search import BatchFilter, BatchRow, count_text, longest_waiting
from compounder.domain.findings import Finding
from compounder.domain.record.decisions import waiting as undecided
from compounder.domain.record.deviations import Deviation
from compounder.domain.record.making import Making
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.record.standing import Standing
from compounder.domain.record.steps import Steps
from compounder.services.bench import Bench, bench_of

WAITING: Final = (BatchStatus.VERIFIED, BatchStatus.IN_MAKING, BatchStatus.PLANNED, BatchStatus.QUARANTINED)
"""Where a batch waits, the nearest to its end first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBatch:
    """A batch that waits: its record as amended, where it stands, what was weighed and done of it, what went otherwise,
    and the findings that no second person has decided on yet."""

    record: CompoundingRecord
    standing: Standing
    making: Making
    steps: Steps
    deviations: tuple[Deviation, ...]
    undecided: tuple[Finding, ...]

    @property
    def status(self) -> BatchStatus:
        """Where it stands now, by the journal."""
        return self.standing.status

    @property
    def status_reason(self) -> str:
        """Why it is held, or why a planned one cannot be made; otherwise empty."""
        return self.standing.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The batches that stand at a status: how many in words, and those that wait longest."""

    status: BatchStatus
    count: str
    batches: tuple[WaitingBatch, ...]


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


def _looked_at(connection: Connection, site: str, rows: Sequence[BatchRow]) -> Iterator[WaitingBatch]:
    """The batches of these rows; one whose record was changed beside the journal is counted only: its page says so."""
    for row in rows:
        try:
            yield _waiting(bench_of(connection, site, row.lot_number))
        except RecordUnreadable:
            continue


def _waiting(bench: Bench) -> WaitingBatch:
    return WaitingBatch(
        record=bench.record,
        standing=bench.standing,
        making=bench.making,
        steps=bench.steps,
        deviations=bench.deviations,
        undecided=undecided(bench.record, bench.standing.shared),
    )
