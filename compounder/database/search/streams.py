"""Where a question's batches are looked up: an index to walk, newest first, for each thing that may answer it.

A rare word or a supplier's lot leads to its own batches; a common word is walked as an index of its own; everything
else walks the history itself. Nothing is sorted that an index has not sorted already, but for rare words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, bindparam, func, select

from compounder.database import words
from compounder.database.schema import BatchTable, LotTable, WordTable
from compounder.database.search import prepared
from compounder.database.search.filters import BatchFilter

Names: TypeAlias = Mapping[str, Any]
RARE: Final = 1_000
"""A word in at most this many batches is looked up whole and sorted."""
_FEW: Final = 20_000
"""Our lot numbers with one beginning are looked up together up to here."""
_MOST_TERMS: Final = 8
_MOST_SPELLINGS: Final = 16


@dataclass(frozen=True, slots=True)
class Stream:
    """One index to walk. `walks` names it, `value` is what is looked up in it; `terms` are checked for each batch.

    A common beginning of words is walked as its reader finds best: see `in_history` and `spelled_out`.
    """

    walks: str
    value: str | int | None
    terms: tuple[str, ...]


HISTORY: Final = Stream("history", None, ())
"""The whole history; what is asked is looked for in each batch."""
_LOTS: Final = select(LotTable.id).where(LotTable.site == bindparam("site"), LotTable.lot_number == bindparam("number"))
_beginning = select(BatchTable.id).where(words.begins(BatchTable.lot_number, "lot_number"))
_BEGINNING: Final = select(func.count()).select_from(_beginning.limit(_FEW + 1).subquery())
_in_range = (
    WordTable.site == bindparam("site"),
    WordTable.kind == words.BATCH,
    words.begins(WordTable.word, "word"),
)
_some = select(WordTable.subject_id).where(*_in_range).limit(RARE + 1).subquery()
_COUNT: Final = select(func.count()).select_from(_some)
_NEXT_SPELLING: Final = select(func.min(WordTable.word)).where(*_in_range)


def streams_for(connection: Connection, site: str, asked: BatchFilter) -> tuple[Stream, ...]:
    """The indexes to walk for what is asked; none where nothing can be found."""
    if not (asked.ingredient_lot or asked.words.strip()):
        return _each(_way_to(connection, asked), [None], [])
    terms = sorted(words.words_of([asked.words]), key=len, reverse=True)[:_MOST_TERMS]
    if asked.ingredient_lot:
        lots = prepared.rows(connection, _LOTS, {"site": site, "number": asked.ingredient_lot})
        return _each("lot", (lot_id for (lot_id,) in lots), terms)
    return _of_words(connection, site, terms)


def _way_to(connection: Connection, asked: BatchFilter) -> str:
    """Our own lot number is looked up unless its beginning is too short to lead to few."""
    if not asked.lot_number:
        return "history"
    names = words.range_named("lot_number", asked.lot_number.upper())
    beginning = prepared.value(connection, _BEGINNING, names)
    return "lot number" if beginning <= _FEW else "history"


def _of_words(connection: Connection, site: str, terms: Sequence[str]) -> tuple[Stream, ...]:
    counts = {term: _batches_with(connection, site, term) for term in terms}
    if not counts or not all(counts.values()):
        return ()
    rarest = min(terms, key=lambda term: counts[term])
    others = [term for term in terms if term != rarest]
    return (Stream("rare word" if counts[rarest] <= RARE else "beginning", rarest, tuple(others)),)


def spelled_out(connection: Connection, site: str, stream: Stream) -> tuple[Stream, ...]:
    """A beginning as the words that begin so, each walked as an index of its own; other streams as they are."""
    if stream.walks != "beginning":
        return (stream,)
    spellings = _spellings(connection, site, str(stream.value))
    return _each("word", spellings, stream.terms) if spellings else (in_history(stream),)


def in_history(stream: Stream) -> Stream:
    """A beginning looked for in each batch of the history."""
    return Stream("history", None, (str(stream.value), *stream.terms))


def _each(walks: str, looked_up: Iterable[str | int | None], terms: Sequence[str]) -> tuple[Stream, ...]:
    return tuple(Stream(walks, value, tuple(terms)) for value in looked_up)


def _batches_with(connection: Connection, site: str, beginning: str) -> int:
    return int(prepared.value(connection, _COUNT, {"site": site, **words.range_named("word", beginning)}))


def _spellings(connection: Connection, site: str, beginning: str) -> tuple[str, ...]:
    """The words with this beginning; none if they are too many to walk each."""
    found: list[str] = []
    names = {"site": site, **words.range_named("word", beginning)}
    while len(found) <= _MOST_SPELLINGS:
        spelling = prepared.value(connection, _NEXT_SPELLING, names)
        if spelling is None:
            return tuple(found)
        found.append(spelling)
        names["word"] = spelling + words.FIRST_CHARACTER
    return ()
