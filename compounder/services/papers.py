"""Papers of batches and triturations. Issued ones are kept by the hash of their records: a reprint is one read.

A worksheet ends with a checkpoint of the journal, of the moment it was first issued, signed with the key in `keys`. One
issued before there were checkpoints is printed again as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from compounder.codec.documents import canonical, digest
from compounder.database import batch_papers, batches, journal, papers, tree, triturations
from compounder.database.engine import Connection, Database
from compounder.domain.record.amendments import as_amended
from compounder.domain.record.checkpoint import SignedCheckpoint, read_checkpoint
from compounder.domain.record.decisions import require_decided
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.standing import HELD, Standing
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.printing.composing import label_of, worksheet_of
from compounder.printing.documents import TriturationWorksheetDocument, WorksheetDocument
from compounder.printing.label_document import LabelDocument
from compounder.printing.paper import LabelStock, Paper
from compounder.printing.pdf import render_labels, render_trituration_worksheets, render_worksheets
from compounder.printing.trituration_papers import trituration_label_of, trituration_worksheet_of
from compounder.printing.vouching import Vouched, given_up, held_back
from compounder.services.batches import batch_file
from compounder.services.checkpoints import drawn_up
from compounder.services.errors import BeyondUse, HasNoLabel, NotHolding, NotMade, PlanNotRevised
from compounder.services.finishing import finished_in
from compounder.services.signatures import checked_of_batch
from compounder.services.standings import standing_of
from compounder.services.workspace import day_at

Document = TypeVar("Document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One paper to issue: of which batches or triturations, what it is called among kept papers, when.

    `standing` tells of each where it stands: a paper is drawn again only when that has changed. `keys` is None for what
    has no checkpoint.
    """

    site: str
    lot_numbers: tuple[str, ...]
    name: str
    at: datetime
    standing: Callable[[Connection, str, str], tuple[str, ...]] = batch_papers.standing
    keys: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRequest:
    """Which labels: of which batches, on which stock, how many of each, from which place of a sheet already begun."""

    lot_numbers: tuple[str, ...]
    stock: LabelStock
    copies: int
    first_place: int


def worksheets(
    database: Database, site: str, lot_numbers: Sequence[str], paper: Paper, *, at: datetime, keys: Path | None = None
) -> bytes:
    """One file with the worksheet of each batch; refuses with `NotFound` a lot number that is not ours."""
    issue = Issue(site=site, lot_numbers=tuple(lot_numbers), name=f"worksheet {paper.name}", at=at, keys=keys)
    compose = partial(_worksheet, keys=keys)
    return _issued(database, issue, compose, lambda documents: render_worksheets(documents, paper))


def labels(database: Database, site: str, request: LabelRequest, *, at: datetime) -> bytes:
    """One file with the labels asked for; refuses a batch that is held back, past its beyond-use date, or signed as
    something else than it says now, and a label too long for its stock."""
    name = f"{request.copies} labels {request.stock.name}, from {request.first_place}"
    issue = Issue(
        site=site, lot_numbers=request.lot_numbers, name=name, at=at, standing=partial(_standing_in_date, at=at)
    )
    return _issued(database, issue, _label, lambda documents: _draw_labels(documents, request))


def trituration_worksheet(
    database: Database, site: str, lot_number: str, paper: Paper, *, at: datetime, keys: Path | None = None
) -> bytes:
    """The worksheet of a trituration; refuses with `NotFound` a lot number that is not ours."""
    name = f"worksheet {paper.name}"
    issue = Issue(site=site, lot_numbers=(lot_number,), name=name, at=at, standing=triturations.standing, keys=keys)
    return _issued(
        database, issue, _trituration_worksheet, lambda documents: render_trituration_worksheets(documents, paper)
    )


def trituration_labels(database: Database, site: str, request: LabelRequest, *, at: datetime) -> bytes:
    """The labels of a trituration that was made; refuses with `NotMade` one that was not."""
    name = f"{request.copies} labels {request.stock.name}, from {request.first_place}"
    issue = Issue(site=site, lot_numbers=request.lot_numbers, name=name, at=at, standing=triturations.standing)
    return _issued(database, issue, _trituration_label, lambda documents: _draw_labels(documents, request))


def _draw_labels(documents: Sequence[LabelDocument], request: LabelRequest) -> bytes:
    return render_labels(documents, request.stock, copies=request.copies, first_place=request.first_place)


def _worksheet(
    connection: Connection, site: str, lot_number: str, checkpoint: SignedCheckpoint | None, *, keys: Path | None
) -> WorksheetDocument:
    file = batch_file(connection, site, lot_number, keys=keys)
    record, now = file.record, file.standing
    _require_makeable(record, now)
    vouched = Vouched(
        standing=now,
        problems=tuple(each.problem for each in file.signatures),
        finished=finished_in(file.entries),
        steps=file.steps,
        deviations=file.deviations,
    )
    void = held_back(now, record.time_zone)
    return worksheet_of(record, file.record_sha256, void, checkpoint, vouched, file.making)


def _require_makeable(record: CompoundingRecord, now: Standing) -> None:
    """Refuses with `PlanNotRevised` a batch whose trituration turned out such that it cannot be made, and with
    `SecondPersonNeeded` one that waits for a decision."""
    if now.status in HELD:
        return
    if now.reason:
        raise PlanNotRevised(lot_number=record.lot_number, reason=now.reason)
    require_decided(record, now.shared)


def _trituration_worksheet(
    connection: Connection, site: str, lot_number: str, checkpoint: SignedCheckpoint | None
) -> TriturationWorksheetDocument:
    stored = triturations.load(connection, site, lot_number)
    entries = journal.entries_of(connection, site, lot_number)
    void, is_typed = "", not entries[0].actor.is_authenticated
    if stored.status is TriturationStatus.VOIDED:
        voided = next(entry for entry in entries if entry.kind is EntryKind.TRITURATION_VOIDED)
        void = given_up("Void", voided.actor.name, voided.at, stored.void_reason, stored.record.time_zone)
    return trituration_worksheet_of(
        stored.record, stored.record_sha256, stored.made, void, checkpoint, is_typed=is_typed
    )


def _trituration_label(connection: Connection, site: str, lot_number: str, _: SignedCheckpoint | None) -> LabelDocument:
    stored = triturations.load(connection, site, lot_number)
    if stored.made is None:
        raise NotMade(lot_number=lot_number)
    return trituration_label_of(stored.record, stored.made)


def _label(connection: Connection, site: str, lot_number: str, _: SignedCheckpoint | None) -> LabelDocument:
    stored, now = batches.load(connection, site, lot_number), standing_of(connection, site, lot_number)
    if now.status in HELD:
        raise HasNoLabel(lot_number=lot_number, status=now.status)
    _require_makeable(stored.record, now)
    for checked in checked_of_batch(connection, site, lot_number, now, None):
        if not checked.is_valid:
            raise NotHolding(lot_number=lot_number, problem=checked.problem)
    return label_of(as_amended(stored.record, now.amendments))


def _standing_in_date(connection: Connection, site: str, lot_number: str, *, at: datetime) -> tuple[str, ...]:
    """Where a batch stands; refuses with `BeyondUse` one that may not be used any more, though its label was printed
    before."""
    last = batch_papers.beyond_use_date(connection, site, lot_number)
    if last < day_at(connection, site, at):
        raise BeyondUse(lot_number=lot_number, on=last)
    return batch_papers.standing(connection, site, lot_number)


def _issued(
    database: Database,
    issue: Issue,
    compose: Callable[[Connection, str, str, SignedCheckpoint | None], Document],
    draw: Callable[[Sequence[Document]], bytes],
) -> bytes:
    """The paper as it was issued before, or drawn now and kept. A batch signed or held since has another one."""
    with database.reading() as reading:
        stood = [issue.standing(reading, issue.site, number) for number in issue.lot_numbers]
        sha256 = digest(canonical(stood))
        kept = papers.find(reading, issue.site, sha256, issue.name)
        if kept:
            return kept
        proof = drawn_up(reading, issue.site, issue.keys, at=issue.at) if issue.keys else None
        checkpoint = read_checkpoint(proof.text) if proof else None
        documents = [compose(reading, issue.site, number, checkpoint) for number in issue.lot_numbers]
    drawn = draw(documents)
    with database.writing() as writing:
        if proof:
            tree.keep_checkpoint(writing, proof)
        return papers.keep(writing, issue.site, sha256, issue.name, drawn, issued_at=issue.at)
