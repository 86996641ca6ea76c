"""One statement for each way to walk and each combination of questions, and what it compares with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import aliased

from compounder.database.schema import BatchIngredientTable, BatchTable, WordTable
from compounder.database.search.filters import conditions
from compounder.database.search.streams import Stream
from compounder.database.types import AnySelect
from compounder.database.words import BATCH, prefix_range

POSITIONS: Final[Mapping[str, Any]] = {
    "history": BatchTable.id,
    "lot number": BatchTable.id,
    "rare word": BatchTable.id,
    "word": WordTable.subject_id,
    "lot": BatchIngredientTable.batch_id,
}
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
        return statement.join(WordTable, WordTable.subject_id == BatchTable.id).where(*_in_batches, spelled)
    if walks == "lot number":
        ours = aliased(BatchTable)
        begins = ours.lot_number.between(bindparam("lot_number"), bindparam("lot_number_end"))
        return statement.where(BatchTable.id.in_(select(ours.id).where(begins)))
    if walks == "rare word":
        begins = WordTable.word.between(bindparam("looked_up"), bindparam("looked_up_end"))
        return statement.where(BatchTable.id.in_(select(WordTable.subject_id).where(*_in_batches, begins)))
    return statement


def _has_word(index: int) -> ColumnElement[bool]:
    word = aliased(WordTable)
    return exists().where(
        word.kind == BATCH,
        word.subject_id == BatchTable.id,
        word.word.between(bindparam(f"word_{index}"), bindparam(f"word_{index}_end")),
    )


def looked_up(stream: Stream) -> dict[str, Any]:
    """What a stream's statement compares with."""
    found: dict[str, Any] = {"looked_up": stream.value}
    if stream.walks == "rare word":
        found["looked_up"], found["looked_up_end"] = prefix_range(str(stream.value))
    for index, term in enumerate(stream.terms):
        found[f"word_{index}"], found[f"word_{index}_end"] = prefix_range(term)
    return found
