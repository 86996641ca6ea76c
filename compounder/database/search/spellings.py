"""A beginning that many words share, `ntx-00` for a shelf of lots: which of those words stand nearest to a page.

Each word is an index of its own to walk, and its nearest batch one step into it. So a page needs only the words whose
nearest batch can still stand on it, however far back the others lie.
"""

from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from compounder.database import words
from compounder.database.schema import BatchTable, WordTable
from compounder.database.search import prepared
from compounder.database.search.prepared import Rows
from compounder.database.search.statements import past_cursor
from compounder.database.search.streams import Names
from compounder.database.types import AnySelect

MOST: Final = 3_000
"""So many words with one beginning are looked at; a page for more of them walks the history."""
DENSE: Final = 300
"""A beginning that fills a page from so many batches is common enough for the history itself to be walked."""


def nearest(connection: Connection, names: Names, towards: str) -> Rows:
    """Each word that begins as `word_0` says, with its nearest batch past the cursor, the nearest first; none if there
    are too many of them."""
    found = tuple(prepared.rows(connection, _nearest(towards), names))
    if len(found) > MOST:
        return ()
    there = (row for row in found if row[0] is not None)
    return sorted(there, reverse=towards != "newer")


def dense_to(connection: Connection, names: Names, towards: str) -> int | None:
    """The batch up to which the history is walked to see whether a beginning is common; None near its end."""
    found: int | None = prepared.value(connection, _dense_to(towards), {**names, "dense": DENSE})
    return found


@lru_cache(maxsize=3)
def _nearest(towards: str) -> AnySelect:
    here = (WordTable.site == bindparam("site"), WordTable.kind == words.BATCH)
    first = select(func.min(WordTable.word).label("word"), literal(1).label("place")).where(
        *here, words.begins(WordTable.word, "word_0")
    )
    spelled = first.cte("spelled", recursive=True)
    following = select(func.min(WordTable.word)).where(
        *here, WordTable.word > spelled.c.word, WordTable.word <= bindparam("word_0_end")
    )
    spelled = spelled.union_all(
        select(following.scalar_subquery(), spelled.c.place + 1).where(
            spelled.c.word.is_not(None), spelled.c.place <= MOST
        )
    )
    standing = aliased(WordTable)
    end = func.min if towards == "newer" else func.max
    batch = select(end(standing.subject_id)).where(
        standing.site == bindparam("site"),
        standing.kind == words.BATCH,
        standing.word == spelled.c.word,
        *past_cursor(standing.subject_id, towards),
    )
    return select(batch.scalar_subquery(), spelled.c.word).where(spelled.c.word.is_not(None))


@lru_cache(maxsize=3)
def _dense_to(towards: str) -> AnySelect:
    walked = select(BatchTable.id).where(BatchTable.site == bindparam("site"), *past_cursor(BatchTable.id, towards))
    sequence = BatchTable.id.asc() if towards == "newer" else BatchTable.id.desc()
    return walked.order_by(sequence).limit(1).offset(bindparam("dense"))
