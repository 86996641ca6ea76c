"""Papers of stored batches. Issued ones are kept by the hash of their document, so that a reprint is one read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from compounder.codec.documents import canonical, digest
from compounder.database import batches, journal, papers
from compounder.database.batches import StoredBatch
from compounder.database.engine import Connection, Database
from compounder.domain.calendar import format_day
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.printing.composing import label_of, worksheet_of
from compounder.printing.documents import LabelDocument, WorksheetDocument
from compounder.printing.paper import LabelStock, Paper
from compounder.printing.pdf import render_labels, render_worksheets
from compounder.services.errors import VoidedHasNoLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRequest:
    """Which labels: of which batches, on which stock, how many of each, from which place of a sheet already begun."""

    lot_numbers: tuple[str, ...]
    stock: LabelStock
    copies: int
    first_place: int


def worksheets(database: Database, site: str, lot_numbers: Sequence[str], paper: Paper, *, at: datetime) -> bytes:
    """One file with the worksheet of each batch; refuses with `NotFound` a lot number that is not ours."""
    with database.reading() as reading:
        documents = [_worksheet(reading, site, number) for number in lot_numbers]
    name = f"worksheet {paper.name}"
    return _issued(database, site, documents, name, lambda: render_worksheets(documents, paper), at=at)


def labels(database: Database, site: str, request: LabelRequest, *, at: datetime) -> bytes:
    """One file with the labels asked for; refuses a voided batch, and a label that does not fit its stock."""
    with database.reading() as reading:
        documents = [_label(batches.load(reading, site, number)) for number in request.lot_numbers]
    name = f"{request.copies} labels {request.stock.name}, from {request.first_place}"
    return _issued(database, site, documents, name, lambda: _draw_labels(documents, request), at=at)


def _draw_labels(documents: Sequence[LabelDocument], request: LabelRequest) -> bytes:
    return render_labels(documents, request.stock, copies=request.copies, first_place=request.first_place)


def _worksheet(connection: Connection, site: str, lot_number: str) -> WorksheetDocument:
    stored = batches.load(connection, site, lot_number)
    return worksheet_of(stored.record, stored.record_sha256, _voiding(connection, site, stored))


def _voiding(connection: Connection, site: str, stored: StoredBatch) -> str:
    """Who gave the batch up, when and why; empty while it stands."""
    if stored.status is not BatchStatus.VOIDED:
        return ""
    entries = journal.entries_of(connection, site, stored.record.lot_number)
    voided = next(entry for entry in entries if entry.kind is EntryKind.BATCH_VOIDED)
    day = voided.at.astimezone(ZoneInfo(stored.record.time_zone)).date()
    return f"Void {format_day(day)} by {voided.actor.name}: {stored.void_reason}"


def _label(stored: StoredBatch) -> LabelDocument:
    if stored.status is BatchStatus.VOIDED:
        raise VoidedHasNoLabel(lot_number=stored.record.lot_number)
    return label_of(stored.record)


def _issued(
    database: Database, site: str, documents: Sequence[object], name: str, draw: Callable[[], bytes], *, at: datetime
) -> bytes:
    """The paper as it was issued before, or drawn now and kept."""
    sha256 = digest(canonical(documents))
    with database.reading() as reading:
        kept = papers.find(reading, site, sha256, name)
    if kept is not None:
        return kept
    drawn = draw()
    with database.writing() as writing:
        return papers.keep(writing, site, sha256, name, drawn, issued_at=at)
