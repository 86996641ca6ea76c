"""One statement for each way to walk and each combination of questions, and what it compares with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, select
from sqlalchemy.orm import aliased

from compounder.database.schema import BatchIngredientTable, BatchTable, WordTable
from compounder.database.search.filters import conditions
from compounder.database.search.prepared import WRITTEN_LIMIT
from compounder.database.search.streams import Stream
from compounder.database.types import AnySelect
from compounder.database.words import BATCH, begins, range_named

POSITIONS: Final[Mapping[str, Any]] = {
    "history": BatchTable.id,
    "lot number": BatchTable.id,
    "rare word": BatchTable.id,
    "word": WordTable.subject_id,
    "lot": BatchIngredientTable.batch_id,
}
_DAYS: Final = frozenset({"made_from", "made_to"})
_in_batches = (WordTable.site == bindparam("site"), WordTable.kind == BATCH)


def matching(asks: frozenset[str], walks: str, terms: int, columns: Sequence[Any]) -> AnySelect:
    """The statement that walks one stream and keeps what matches."""
    statement = (
        select(*columns).select_from(BatchTable).where(*conditions(asks), *(_has_word(index) for index in range(terms)))
    )
    if walks == "lot":
        lot = BatchIngredientTable.ingredient_lot_id == bindparam("looked_up")
        return statement.join(BatchIngredientTable, BatchIngredientTable.batch_id == BatchTable.id).where(lot)
    if walks == "word":
        spelled = WordTable.word == bindparam("looked_up")
        # With nothing added, PostgreSQL walks the whole history beside a word whose batches lie far back in it.
        return statement.join(WordTable, BatchTable.id == WordTable.subject_id + 0).where(*_in_batches, spelled)
    if walks == "lot number":
        ours = aliased(BatchTable)
        return statement.where(BatchTable.id.in_(select(ours.id).where(begins(ours.lot_number, "lot_number"))))
    if walks == "rare word":
        rare = begins(WordTable.word, "looked_up")
        return statement.where(BatchTable.id.in_(select(WordTable.subject_id).where(*_in_batches, rare)))
    return statement


def _has_word(index: int) -> ColumnElement[bool]:
    """Looked for in each batch: the offset keeps PostgreSQL from collecting every batch with the word instead."""
    word = aliased(WordTable)
    there = select(word.word).where(
        word.kind == BATCH,
        word.subject_id == BatchTable.id,
        begins(word.word, f"word_{index}"),
    )
    return there.offset(0).exists()


def past_cursor(column: Any, towards: str) -> tuple[Any, ...]:
    """The condition that a page of the history goes on from its cursor; the first page has none."""
    if not towards:
        return ()
    return (column > bindparam("cursor") if towards == "newer" else column < bindparam("cursor"),)


def limit_of(asks: frozenset[str], walks: str = "history") -> BindParameter[int]:
    """A page's limit, so that PostgreSQL keeps a plan where it is good for every value: of pages without a question,
    of days, and of one word. Kept for a common status or strength, it would walk the whole history for a rare one.

    Days at both ends are guessed to hold few batches. With the limit in the text, planning anew seems worth it.
    """
    if walks == "word":
        return WRITTEN_LIMIT if asks == {"words"} else bindparam("limit")
    return WRITTEN_LIMIT if walks == "history" and (asks <= _DAYS or asks >= _DAYS) else bindparam("limit")


def looked_up(stream: Stream) -> dict[str, Any]:
    """What a stream's statement compares with."""
    found: dict[str, Any] = {"looked_up": stream.value}
    if stream.walks == "rare word":
        found |= range_named("looked_up", str(stream.value))
    for index, term in enumerate(stream.terms):
        found |= range_named(f"word_{index}", term)
    return found
