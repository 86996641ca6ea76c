"""Words that stand in a batch or a lot, normalised, so that `Müller` is found by `mull`, on both databases alike."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, insert

from compounder.database.schema import WordTable

BATCH: Final = "batch"
LOT: Final = "lot"
_WORD: Final = re.compile(r"\w+(?:[.-]\w+)*")
_LONGEST_WORD: Final = 40
FIRST_CHARACTER: Final = "\x01"
_LAST_CHARACTER: Final = "\U0010ffff"


def normalised(text: str) -> str:
    """The text without case and accents.

    >>> normalised("Müller Straße")
    'muller strasse'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Every normalised word of the texts; points and hyphens inside a word stay.

    >>> sorted(words_of(["Naltrexone PH-102, 1.5 mg"]))
    ['1.5', 'mg', 'naltrexone', 'ph-102']
    """
    return frozenset(word[:_LONGEST_WORD] for text in texts for word in _WORD.findall(normalised(text)))


def prefix_range(prefix: str) -> tuple[str, str]:
    """The least word with this beginning, and one beyond the last."""
    return prefix, prefix + _LAST_CHARACTER


def add(connection: Connection, site: str, kind: str, subject_id: int, texts: Iterable[str]) -> None:
    """Keep the words that stand in a batch or a lot."""
    rows = [{"site": site, "kind": kind, "word": word, "subject_id": subject_id} for word in sorted(words_of(texts))]
    if rows:
        connection.execute(insert(WordTable), rows)
