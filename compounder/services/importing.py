"""Taking a file in: every row is looked at and every problem told before anything is stored, and then all of it is.

Lots come in as one receives them by hand, into quarantine. Past batches are kept as other records tell them. What is
stored is exactly what was looked at: the file and what was read of it have one hash, which comes back with the order to
store; one transaction takes all rows or none.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from compounder.codec import lot_sheet, past_batch_sheet
from compounder.codec.converter import read
from compounder.codec.documents import canonical, digest
from compounder.codec.sheets import (
    Column,
    Problem,
    SheetRow,
    complaints_about_cells,
    in_order,
    problems_of,
    read_sheet,
    template_of,
)
from compounder.database import journal, lots, one_time_keys, past_batches
from compounder.database.engine import Connection, open_current
from compounder.database.journal import Happened
from compounder.database.types import nanograms
from compounder.domain.bounds import require_text
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.record.past_batch import PastBatch, PastBatchEntered, PastLot
from compounder.domain.stock.lots import LONGEST_NAME, IngredientLot
from compounder.domain.units import MASS, MASS_PER_CAPSULE
from compounder.domain.wording import normalised
from compounder.services.importing_rules import Cells, Looking, of_lot, of_past_batch
from compounder.services.lots import receive_lot
from compounder.services.once import once
from compounder.services.workspace import day_at
from compounder.settings import Settings


class NothingTakenIn(CompoundingError):
    """A file of which any row has a problem."""

    code = "nothing-taken-in"
    title = "The file has problems"
    problems: int

    def __str__(self) -> str:
        count = "1 problem" if self.problems == 1 else f"{self.problems:,} problems"
        return f"Nothing was stored: the file has {count}. Correct it and look at it again."


class FileChanged(CompoundingError):
    """What would be stored is not what was looked at: the file, or what is stored already, changed in between."""

    code = "file-changed"
    title = "Not what was looked at"

    def __str__(self) -> str:
        return "Nothing was stored: this is not what was looked at before. Look at the file again, then store it."


class TakenIn(StrEnum):
    """What a file may hold."""

    LOTS = "lots"
    BATCHES = "batches"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file says: the values of its rows where all can be read, and every problem. `sha256` names exactly this
    file and what was read of it."""

    what: TakenIn
    rows: int
    values: tuple[Any, ...]
    problems: tuple[Problem, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingIn:
    """One act of storing a file's rows. `shown_sha256` names what the person looked at."""

    site: str
    what: TakenIn
    content: bytes
    shown_sha256: str
    one_time_key: str
    today: date
    actor: Actor
    at: datetime


def columns_of(what: TakenIn) -> Sequence[Column]:
    """The columns that a file may have."""
    return _KINDS[what].columns


def template(what: TakenIn) -> bytes:
    """An empty file with every column."""
    return template_of(columns_of(what))


def look_at(connection: Connection, site: str, what: TakenIn, content: bytes, *, today: date) -> Looked:
    """What a file says and every problem of every row; refuses with `NotASheet` what has no rows. Stores nothing."""
    kind = _KINDS[what]
    looking = Looking(connection, site, today)
    sheet = read_sheet(content, kind.columns)
    values: list[Any] = []
    problems = list(sheet.problems)
    for row in sheet.rows:
        value, complaints = kind.look(looking, row)
        problems.extend(problems_of(row, complaints, kind.columns))
        values.extend([] if value is None else [value])
    told = in_order(problems, kind.columns)
    read_of_it = () if told else tuple(kind.settle(looking, value) for value in values)
    named = [what.value, hashlib.sha256(content).hexdigest(), *map(canonical, read_of_it)]
    return Looked(what, len(sheet.rows), read_of_it, told, digest(canonical(named)))


def take_in(connection: Connection, taking: TakingIn) -> int:
    """How many lots or past batches are stored now: every row of the file; a second click on the same form stores
    nothing more.

    Refuses with `NothingTakenIn` a file with a problem, and with `FileChanged` what is not what was looked at.
    """
    act = once(taking.one_time_key, [taking.what, taking.shown_sha256])
    known = one_time_keys.subject_of(connection, taking.site, act)
    if known is not None:
        return int(known)
    looked = look_at(connection, taking.site, taking.what, taking.content, today=taking.today)
    if looked.problems:
        raise NothingTakenIn(problems=len(looked.problems))
    if looked.sha256 != taking.shown_sha256:
        raise FileChanged
    last = _KINDS[taking.what].store(connection, taking, looked.values)
    one_time_keys.use(connection, taking.site, act, str(len(looked.values)), last)
    return len(looked.values)


def look_at_file(where: Settings, what: TakenIn, content: bytes, *, at: datetime) -> Looked:
    """What a file says in a workspace; refuses with `DatabaseUnusable` where there is none."""
    with closing(open_current(where.database_url)) as database, database.reading() as reading:
        return look_at(reading, where.site, what, content, today=day_at(reading, where.site, at))


def take_file_in(where: Settings, looked: Looked, content: bytes, *, reviewed: str, by: str, at: datetime) -> int:
    """How many rows of a file that was looked at are stored in a workspace, by somebody who typed their name;
    `reviewed` names what they saw. Taken in again, every row of it is stored already."""
    require_text(by, LONGEST_NAME, "by")
    with closing(open_current(where.database_url)) as database, database.writing() as writing:
        taking = TakingIn(
            site=where.site,
            what=looked.what,
            content=content,
            shown_sha256=reviewed,
            one_time_key=secrets.token_urlsafe(16),
            today=day_at(writing, where.site, at),
            actor=Actor(name=by, is_authenticated=False),
            at=at,
        )
        return take_in(writing, taking)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How the rows of one kind of file are read, looked at, settled with what is in stock, and stored; `store` returns
    the number of the last journal entry."""

    columns: Sequence[Column]
    document_of: Callable[[Cells], Mapping[str, Any]]
    value: type[Any]
    require_kept: Callable[[Any], int]
    rules: Callable[[Looking, int, Cells], Iterator[CompoundingError]]
    settle: Callable[[Looking, Any], Any]
    store: Callable[[Connection, TakingIn, Sequence[Any]], int]

    def look(self, looking: Looking, row: SheetRow) -> tuple[Any, list[CompoundingError]]:
        """The value of a row, or none, and every complaint about it."""
        complaints = list(complaints_about_cells(row.cells, self.columns))
        value = None
        try:
            value = read(self.document_of(row.cells), self.value)
            self.require_kept(value)
        except CompoundingError as refusal:
            complaints.extend(refusal.errors())
        return value, [*complaints, *self.rules(looking, row.number, row.cells)]


def _keep_lots(connection: Connection, taking: TakingIn, received: Sequence[IngredientLot]) -> int:
    """Each lot is received as by hand."""
    ids = [
        receive_lot(connection, taking.site, lot, one_time_key=taking.one_time_key, actor=taking.actor, at=taking.at)
        for lot in received
    ]
    return lots.entry_of(connection, taking.site, ids[-1])


def _keep_batches(connection: Connection, taking: TakingIn, entered: Sequence[PastBatchEntered]) -> int:
    """Each batch is an entry of its own."""
    happened = [
        Happened(f"{past_batches.SUBJECT}{each.batch.lot_number}", EntryKind.PAST_BATCH_ENTERED, canonical(each))
        for each in entered
    ]
    entries = journal.append_each(connection, happened, at=taking.at, actor=taking.actor, site=taking.site)
    past_batches.add_each(connection, taking.site, entered, entries)
    return entries[-1].number


def _as_it_is(_: Looking, lot: IngredientLot) -> IngredientLot:
    return lot


def _linked(looking: Looking, batch: PastBatch) -> PastBatchEntered:
    """The batch, with each ingredient lot that it names found in stock where it stands for exactly one."""
    return PastBatchEntered(batch=batch, lot_ids=tuple(_lot_meant(looking, lot) for lot in batch.ingredient_lots))


def _lot_meant(looking: Looking, lot: PastLot) -> str:
    known = past_batches.named(looking.connection, looking.site, lot.lot_number)
    meant = [each.lot_id for each in known if not lot.maker or normalised(each.maker) == normalised(lot.maker)]
    return meant[0] if len(meant) == 1 else ""


_KINDS: Final = {
    TakenIn.LOTS: _Kind(
        columns=lot_sheet.COLUMNS,
        document_of=lot_sheet.document_of,
        value=IngredientLot,
        require_kept=lambda lot: nanograms(lot.quantity, MASS),
        rules=of_lot,
        settle=_as_it_is,
        store=_keep_lots,
    ),
    TakenIn.BATCHES: _Kind(
        columns=past_batch_sheet.COLUMNS,
        document_of=past_batch_sheet.document_of,
        value=PastBatch,
        require_kept=lambda batch: nanograms(batch.strength, MASS_PER_CAPSULE),
        rules=of_past_batch,
        settle=_linked,
        store=_keep_batches,
    ),
}
