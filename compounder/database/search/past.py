"""Past batches under the questions of the history: walked by the same ids, newest first, and laid between our own.

They are thousands at most, where our own may be a million; a question of theirs walks one index and looks at each.
What only our own have, a formulation's code and a status, no past batch matches.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, literal, or_, select

from compounder.database import words
from compounder.database.schema import LotTable, PastBatchTable, PastLotTable, WordTable
from compounder.database.search import prepared
from compounder.database.search.filters import BatchFilter
from compounder.database.search.prepared import WRITTEN_LIMIT, Rows
from compounder.database.search.statements import limit_of, past_cursor
from compounder.database.types import BATCHES_A_DAY, AnySelect, batch_id_of

Names: TypeAlias = Mapping[str, Any]
_MOST_TERMS: Final = 8
_ONLY_OURS: Final = frozenset({"formulation", "status"})
_COLUMNS: Final = (
    PastBatchTable.id,
    PastBatchTable.lot_number,
    PastBatchTable.strength,
    PastBatchTable.preparation,
    PastBatchTable.compounded_on,
    PastBatchTable.beyond_use_date,
    PastBatchTable.status,
    PastBatchTable.capsules,
    literal("").label("order_number"),
)
_lots = select(LotTable.id).where(
    LotTable.site == bindparam("site"), LotTable.lot_number == bindparam("ingredient_lot")
)
_holding = exists().where(
    PastLotTable.past_batch_id == PastBatchTable.id,
    or_(PastLotTable.lot_number == bindparam("ingredient_lot"), PastLotTable.ingredient_lot_id.in_(_lots)),
)
_CONDITIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "lot_number": words.begins(PastBatchTable.lot_number_in_capitals, "lot_number"),
    "past": PastBatchTable.status == bindparam("past"),
    "strength": PastBatchTable.strength_ng == bindparam("strength"),
    "ingredient_lot": _holding,
    "made_from": PastBatchTable.id >= bindparam("made_from"),
    "made_to": PastBatchTable.id <= bindparam("made_to"),
    "beyond_use_from": PastBatchTable.beyond_use_date >= bindparam("beyond_use_from"),
    "beyond_use_to": PastBatchTable.beyond_use_date <= bindparam("beyond_use_to"),
}
_made_between = (
    PastBatchTable.site == bindparam("site"),
    PastBatchTable.id.between(bindparam("first"), bindparam("last")),
)
_BY_STATUS: Final = select(PastBatchTable.status, func.count()).where(*_made_between).group_by(PastBatchTable.status)
_BY_STRENGTH: Final = (
    select(PastBatchTable.strength_ng, func.count()).where(*_made_between).group_by(PastBatchTable.strength_ng)
)
_BY_DAY: Final = (
    select(PastBatchTable.compounded_on, func.count()).where(*_made_between).group_by(PastBatchTable.compounded_on)
)


def may_match(asks: frozenset[str]) -> bool:
    """Whether any past batch can answer."""
    return asks.isdisjoint(_ONLY_OURS)


def rows(connection: Connection, asked: BatchFilter, asks: frozenset[str], names: Names, towards: str) -> Rows:
    """The past batches that match, with the columns of the history; `names` are those that its own conditions compare
    with, the cursor and the limit."""
    terms = _terms(asked)
    return prepared.rows(connection, statement(asks, len(terms), towards), _compared(names, asked, terms))


def count(connection: Connection, asked: BatchFilter, asks: frozenset[str], names: Names) -> int:
    """How many past batches match, counted no further than the limit among the names."""
    terms = _terms(asked)
    return int(prepared.value(connection, _counting(asks, len(terms)), _compared(names, asked, terms)))


def by_status(connection: Connection, site: str, made_from: date, made_to: date) -> Rows:
    """How many past batches were made in a span of days, by where they stand."""
    return prepared.rows(connection, _BY_STATUS, _span(site, made_from, made_to))


def by_strength(connection: Connection, site: str, made_from: date, made_to: date) -> Rows:
    """How many past batches were made in a span of days, by strength in nanograms."""
    return prepared.rows(connection, _BY_STRENGTH, _span(site, made_from, made_to))


def by_day(connection: Connection, site: str, made_from: date, made_to: date) -> Rows:
    """How many past batches were made on each day of a span."""
    return prepared.rows(connection, _BY_DAY, _span(site, made_from, made_to))


def _span(site: str, made_from: date, made_to: date) -> Names:
    return {"site": site, "first": batch_id_of(made_from, 0), "last": batch_id_of(made_to, BATCHES_A_DAY - 1)}


def _terms(asked: BatchFilter) -> tuple[str, ...]:
    return tuple(sorted(words.words_of([asked.words]))[:_MOST_TERMS]) if asked.words else ()


def _compared(names: Names, asked: BatchFilter, terms: tuple[str, ...]) -> Names:
    if not (asked.ingredient_lot or asked.past or terms):
        return names
    found = dict(names, ingredient_lot=asked.ingredient_lot, past=asked.past and asked.past.value)
    for place, term in enumerate(terms):
        found |= words.range_named(f"word_{place}", term)
    return found


def _matching(asks: frozenset[str], terms: int, columns: tuple[Any, ...]) -> AnySelect:
    conditions = [_CONDITIONS[name] for name in sorted(asks & _CONDITIONS.keys())]
    standing = [PastBatchTable.id.in_(_in_which(place)) for place in range(terms)]
    return select(*columns).where(PastBatchTable.site == bindparam("site"), *conditions, *standing)


def _in_which(place: int) -> Any:
    """The past batches in which a word stands, if only with its beginning."""
    return select(WordTable.subject_id).where(
        WordTable.site == bindparam("site"),
        WordTable.kind == words.PAST_BATCH,
        words.begins(WordTable.word, f"word_{place}"),
    )


@lru_cache(maxsize=512)
def statement(asks: frozenset[str], terms: int, towards: str) -> AnySelect:
    """The statement that walks the past batches that match, as the history walks our own."""
    statement = _matching(asks, terms, _COLUMNS).where(*past_cursor(PastBatchTable.id, towards))
    sequence = PastBatchTable.id.asc() if towards == "newer" else PastBatchTable.id.desc()
    return statement.order_by(sequence).limit(limit_of(asks))


BEGINNING: Final = (
    _matching(frozenset({"lot_number"}), 0, _COLUMNS)
    .order_by(PastBatchTable.lot_number_in_capitals.desc())
    .limit(WRITTEN_LIMIT)
)
"""The past batches with a beginning of their lot number, the last of the alphabet first."""


@lru_cache(maxsize=512)
def _counting(asks: frozenset[str], terms: int) -> AnySelect:
    found = _matching(asks, terms, (PastBatchTable.id,)).limit(bindparam("limit"))
    return select(func.count()).select_from(found.subquery())
