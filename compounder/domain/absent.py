"""Keys that came to documents later: left out while they say nothing, so that older documents keep their hashes.

A field marked so has a default, which is what a document without the key says.
"""

from collections.abc import Mapping
from typing import Final

ABSENT_WHILE_EMPTY: Final[Mapping[str, bool]] = {"is-absent-while-empty": True}
"""The mark of such a field, as its dataclass metadata."""


def is_absent_while_empty(metadata: Mapping[str, object]) -> bool:
    """Whether a field with this metadata is left out of documents while it has its default."""
    return ABSENT_WHILE_EMPTY.items() <= metadata.items()
