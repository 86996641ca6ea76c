"""Words that stand in a batch or a lot, normalised, so that `Müller` is found by `mull`, on both databases alike."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from compounder.database.schema import WordTable
from compounder.domain.wording import normalised as normalised

BATCH: Final = "batch"
LOT: Final = "lot"
PAST_BATCH: Final = "past-batch"
_WORD: Final = re.compile(r"\w+(?:[.-]\w+)*")
_LONGEST_WORD: Final = 40
FIRST_CHARACTER: Final = "\x01"
_LAST_CHARACTER: Final = "\U0010ffff"
_ADD: Final = insert(WordTable)
_ADD_MORE: Final = {
    "sqlite": sqlite.insert(WordTable).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(WordTable).on_conflict_do_nothing(),
}


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Every normalised word of the texts; points and hyphens inside a word stay.

    >>> sorted(words_of(["Naltrexone PH-102, 1.5 mg"]))
    ['1.5', 'mg', 'naltrexone', 'ph-102']
    """
    return frozenset(word[:_LONGEST_WORD] for text in texts for word in _WORD.findall(normalised(text)))


def begins(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """The condition that a column begins as the range bound to `name` and `name_end` says."""
    return and_(column >= bindparam(name), column <= bindparam(f"{name}_end"))


def range_named(name: str, prefix: str) -> dict[str, str]:
    """What `begins` compares with."""
    return {name: prefix, f"{name}_end": prefix + _LAST_CHARACTER}


def add(connection: Connection, site: str, kind: str, texts: Mapping[int, Iterable[str]]) -> None:
    """Keep the words of the texts that stand in each batch or lot; the parts of one with hyphens are words too."""
    rows = _rows(site, kind, texts)
    if rows:
        connection.execute(_ADD, rows)


def add_more(connection: Connection, site: str, kind: str, texts: Mapping[int, Iterable[str]]) -> None:
    """Keep further words beside those that stand there already, some of which may be the same."""
    rows = _rows(site, kind, texts)
    if rows:
        connection.execute(_ADD_MORE[connection.dialect.name], rows)


def _rows(site: str, kind: str, texts: Mapping[int, Iterable[str]]) -> Sequence[Mapping[str, Any]]:
    return [
        {"site": site, "kind": kind, "word": word, "subject_id": subject_id}
        for subject_id, standing in texts.items()
        for word in sorted(words_of(part for text in standing for part in {text, text.replace("-", " ")}))
    ]
