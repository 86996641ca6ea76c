"""Documents as text: strict reading of JSON, canonical writing, and the hash that names a document.

Canonical: keys sorted, no spaces, decimals as text, UTF-8. Equal documents are equal bytes; their SHA-256 names them.
"""

import hashlib
import json
from typing import Any, Final, TypeVar

from compounder.codec.converter import read_stored, write
from compounder.domain.errors import CompoundingError, NotAccepted, RepeatedKey
from compounder.domain.record.journal import JournalEntry, leaf_hash

Value = TypeVar("Value")
NO_DOCUMENT: Final = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, IndexError, CompoundingError)
"""What reading a stored document raises if it is not one that this program wrote."""
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object) -> str:
    """The canonical JSON text of a value or of a document already written."""
    return written(write(value))


def written(document: object) -> str:
    """The canonical text of a document that is plain JSON, and no value."""
    return _CANONICAL.encode(document)


def digest(text: str) -> str:
    """The SHA-256 of a canonical document, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(entry: JournalEntry) -> str:
    """The leaf hash of a journal entry: of all that it says, so that any changed part shows."""
    return leaf_hash(canonical(entry))


def from_stored(text: str, kind: type[Value]) -> Value:
    """The value of a canonical document that this program stored."""
    return read_stored(json.loads(text), kind)


def parse_json(text: str) -> Any:
    """A JSON document; refuses what is not JSON, a key that stands twice, and figures such as NaN."""
    try:
        return json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise NotAccepted(read=text, accepted="a JSON document, nested no deeper than an order,") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in pairs:
        if name in document:
            raise RepeatedKey(read=name)
        document[name] = value
    return document


def _refuse_constant(name: str) -> Any:
    raise NotAccepted(read=name, accepted="a number written in digits")
