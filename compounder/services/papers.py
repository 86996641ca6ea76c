"""Papers of stored batches. Issued ones are kept by the hash of the records they show: a reprint is one read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
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

Document = TypeVar("Document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One paper to issue: of which batches, what it is called among kept papers, when."""

    site: str
    lot_numbers: tuple[str, ...]
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRequest:
    """Which labels: of which batches, on which stock, how many of each, from which place of a sheet already begun."""

    lot_numbers: tuple[str, ...]
    stock: LabelStock
    copies: int
    first_place: int


def worksheets(database: Database, site: str, lot_numbers: Sequence[str], paper: Paper, *, at: datetime) -> bytes:
    """One file with the worksheet of each batch; refuses with `NotFound` a lot number that is not ours."""
    issue = Issue(site=site, lot_numbers=tuple(lot_numbers), name=f"worksheet {paper.name}", at=at)
    return _issued(database, issue, _worksheet, lambda documents: render_worksheets(documents, paper))


def labels(database: Database, site: str, request: LabelRequest, *, at: datetime) -> bytes:
    """One file with the labels asked for; refuses a voided batch, and a label that does not fit its stock."""
    name = f"{request.copies} labels {request.stock.name}, from {request.first_place}"
    issue = Issue(site=site, lot_numbers=request.lot_numbers, name=name, at=at)
    return _issued(database, issue, _label, lambda documents: _draw_labels(documents, request))


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


def _label(connection: Connection, site: str, lot_number: str) -> LabelDocument:
    stored = batches.load(connection, site, lot_number)
    if stored.status is BatchStatus.VOIDED:
        raise VoidedHasNoLabel(lot_number=lot_number)
    return label_of(stored.record)


def _issued(
    database: Database,
    issue: Issue,
    compose: Callable[[Connection, str, str], Document],
    draw: Callable[[Sequence[Document]], bytes],
) -> bytes:
    """The paper as it was issued before, or drawn now and kept. A batch that was voided since is another document."""
    with database.reading() as reading:
        standing = [batches.standing(reading, issue.site, number) for number in issue.lot_numbers]
        sha256 = digest(canonical(standing))
        kept = papers.find(reading, issue.site, sha256, issue.name)
        documents = [] if kept else [compose(reading, issue.site, number) for number in issue.lot_numbers]
    if kept:
        return kept
    drawn = draw(documents)
    with database.writing() as writing:
        return papers.keep(writing, issue.site, sha256, issue.name, drawn, issued_at=issue.at)
