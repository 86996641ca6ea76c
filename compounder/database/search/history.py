"""The history: batches newest first, a page at a time, found by what a pharmacist remembers of one.

Pages continue from the batch where the last one ended, never from a count of rows to pass over, so that the deepest
page is as quick as the first. Each combination of questions becomes one statement, built once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import chain
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, select

from compounder.database.schema import BatchIngredientTable, BatchTable
from compounder.database.search import past, prepared, spellings
from compounder.database.search.filters import BatchFilter, values
from compounder.database.search.prepared import WRITTEN_LIMIT, Question, Rows
from compounder.database.search.statements import POSITIONS, limit_of, looked_up, matching, past_cursor
from compounder.database.search.streams import HISTORY, Names, Stream, in_history, streams_for
from compounder.database.types import AnySelect, row_id
from compounder.database.words import begins, range_named
from compounder.domain.record.record import BatchStatus

PAGE: Final = 50
_READ_AT_ONCE: Final = 2_000


class BatchRow(NamedTuple):
    """What a line of the history shows; `capsules` were made."""

    batch_id: int
    lot_number: str
    strength: str
    preparation: str
    compounded_on: date
    beyond_use_date: date
    status: str
    capsules: int
    order_number: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the history. A cursor is None where there is nothing more in its direction."""

    rows: tuple[BatchRow, ...]
    newer_cursor: str | None
    older_cursor: str | None


_COLUMNS: Final = (
    BatchTable.id,
    BatchTable.lot_number,
    BatchTable.strength,
    BatchTable.preparation,
    BatchTable.compounded_on,
    BatchTable.beyond_use_date,
    BatchTable.status,
    BatchTable.capsules,
    BatchTable.order_number,
)
_ROW: Final = partial(tuple.__new__, BatchRow)
"""A line from columns in its order; `BatchRow._make` would count them again for each."""
AT_SITE: Final = select(*_COLUMNS).where(BatchTable.site == bindparam("site"))
"""The lines of a site's batches."""
_WAITING: Final = (
    AT_SITE.where(BatchTable.status == bindparam("status")).order_by(BatchTable.id).limit(bindparam("limit"))
)
_ours_beginning = (
    AT_SITE.where(begins(BatchTable.lot_number, "lot_number"))
    .order_by(BatchTable.lot_number.desc())
    .limit(WRITTEN_LIMIT)
)
_BEGINNING: Final = select(_ours_beginning.subquery()).union_all(select(past.BEGINNING.subquery()))
_OF_ORDER: Final = AT_SITE.where(BatchTable.order_number == bindparam("order_number")).order_by(BatchTable.id)
_USING: Final = (
    AT_SITE.join(BatchIngredientTable, BatchIngredientTable.batch_id == BatchTable.id)
    .where(BatchIngredientTable.ingredient_lot_id == bindparam("lot_id"))
    .order_by(BatchIngredientTable.batch_id.desc())
)


def search_batches(
    connection: Connection,
    site: str,
    asked: BatchFilter,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of matching batches, newest first: the first, the older ones `after` a cursor, the newer `before` it."""
    towards = "newer" if before else "older" if after else ""
    cursor = row_id(before or after or "")
    asks = asked.asks
    names = {**values(site, asked, asks), "cursor": cursor, "limit": limit + 1}
    streams = () if asked.past else streams_for(connection, site, asked)
    if streams == (HISTORY,) and past.may_match(asks):
        ours = _statement(asks, HISTORY.walks, 0, towards, is_near=False)
        both = prepared.both(connection, ours, past.statement(asks, 0, towards), names)
        return _page(sorted(map(_ROW, both), reverse=towards != "newer"), towards, limit)
    found = [_walked(connection, asks, stream, names, towards) for stream in streams]
    if past.may_match(asks):
        found.append(tuple(map(_ROW, past.rows(connection, asked, asks, names, towards))))
    return _page(_in_order(found, towards), towards, limit)


def every_batch(connection: Connection, site: str, asked: BatchFilter) -> Iterator[BatchRow]:
    """All matching batches, newest first, never more than a few thousand of them in memory."""
    page = search_batches(connection, site, asked, limit=_READ_AT_ONCE)
    yield from page.rows
    while page.older_cursor:
        page = search_batches(connection, site, asked, after=page.older_cursor, limit=_READ_AT_ONCE)
        yield from page.rows


def _walked(
    connection: Connection, asks: frozenset[str], stream: Stream, names: Names, towards: str
) -> Sequence[BatchRow]:
    """A page of one stream; of a beginning, from the history if it is common there, else from its nearest words."""
    if stream.walks != "beginning":
        return _streamed(connection, asks, stream, names, towards)
    history = in_history(stream)
    names = {**names, **looked_up(history)}
    seen_to = spellings.dense_to(connection, names, towards)
    near = _streamed(connection, asks, history, {**names, "seen_to": seen_to}, towards) if seen_to else ()
    if len(near) == names["limit"]:
        return near
    spelled = spellings.nearest(connection, names, towards)
    if not spelled:
        return _streamed(connection, asks, history, names, towards)
    return _spelled(connection, asks, stream.terms, spelled, names, towards)


def _spelled(
    connection: Connection, asks: frozenset[str], terms: tuple[str, ...], spelled: Rows, names: Names, towards: str
) -> Sequence[BatchRow]:
    """A page of the words that share a beginning, opened from the nearest on until none can stand on the page."""
    rows: Sequence[BatchRow] = ()
    for nearest, word in spelled:
        if len(rows) == names["limit"] and not _is_before(nearest, rows[-1].batch_id, towards):
            break
        more = _streamed(connection, asks, Stream("word", word, terms), names, towards)
        rows = _in_order([rows, more], towards)[: names["limit"]]
    return rows


def _is_before(batch_id: int, other: int, towards: str) -> bool:
    return batch_id < other if towards == "newer" else batch_id > other


def _streamed(
    connection: Connection, asks: frozenset[str], stream: Stream, names: Names, towards: str
) -> Sequence[BatchRow]:
    statement = _statement(asks, stream.walks, len(stream.terms), towards, is_near="seen_to" in names)
    return _rows(connection, statement, {**names, **looked_up(stream)})


def _in_order(streams: Sequence[Sequence[BatchRow]], towards: str) -> Sequence[BatchRow]:
    """What several streams found, each batch once; one stream is in order already."""
    filled = [stream for stream in streams if stream]
    if len(filled) < 2:
        return filled[0] if filled else ()
    return sorted(set(chain.from_iterable(filled)), reverse=towards != "newer")


def _page(rows: Sequence[BatchRow], towards: str, limit: int) -> Page:
    """The page of the rows read: one more than fits says that there is more in that direction."""
    has_more, shown = len(rows) > limit, tuple(rows[:limit])
    if towards == "newer":
        shown, has_newer, has_older = shown[::-1], has_more, bool(rows)
    else:
        has_newer, has_older = bool(towards and rows), has_more
    return Page(
        rows=shown,
        newer_cursor=str(shown[0].batch_id) if has_newer else None,
        older_cursor=str(shown[-1].batch_id) if has_older else None,
    )


@lru_cache(maxsize=512)
def _statement(asks: frozenset[str], walks: str, terms: int, towards: str, *, is_near: bool) -> AnySelect:
    position = POSITIONS[walks]
    statement = matching(asks, walks, terms, _COLUMNS).where(*past_cursor(position, towards))
    if is_near:
        seen_to: BindParameter[int] = bindparam("seen_to")
        statement = statement.where(position <= seen_to if towards == "newer" else position >= seen_to)
    return statement.order_by(position if towards == "newer" else position.desc()).limit(limit_of(asks, walks))


def longest_waiting(connection: Connection, site: str, status: BatchStatus, *, limit: int) -> tuple[BatchRow, ...]:
    """Batches that stand at a status, the oldest first."""
    return _rows(connection, _WAITING, {"site": site, "status": status.value, "limit": limit})


def batches_beginning(connection: Connection, site: str, lot_number: str, *, limit: int = 10) -> tuple[BatchRow, ...]:
    """The batches whose lot number is this one, or begins so, newest first; past ones after our own, by lot number."""
    names = range_named("lot_number", lot_number.strip().upper())
    return _rows(connection, _BEGINNING, {"site": site, "limit": limit, **names})[:limit]


def batches_of_order(connection: Connection, site: str, order_number: str) -> tuple[BatchRow, ...]:
    """The batches of an order, in its sequence."""
    return _rows(connection, _OF_ORDER, {"site": site, "order_number": order_number})


def batches_using(connection: Connection, site: str, lot_id: str) -> tuple[BatchRow, ...]:
    """Every batch that an ingredient lot is in, newest first: what a recall starts from."""
    return _rows(connection, _USING, {"site": site, "lot_id": row_id(lot_id)})


def _rows(connection: Connection, statement: Question, names: Mapping[str, Any]) -> tuple[BatchRow, ...]:
    return tuple(map(_ROW, prepared.rows(connection, statement, names)))
