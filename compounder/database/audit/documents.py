"""Documents as plain JSON, and the masses in them; what can be wrong with one that somebody changed."""

import json
from decimal import Decimal
from typing import Any, Final

from compounder.domain.errors import CompoundingError

NO_DOCUMENT: Final = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, IndexError, CompoundingError)
"""What reading a document raises if it is not one that this program wrote."""
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_NANOGRAMS: Final = {"mcg": 3, "mg": 6, "g": 9, "kg": 12}


def read_document(text: str) -> Any:
    """The document as mappings, lists and text."""
    return json.loads(text)


def written(document: object) -> str:
    """The canonical text of plain JSON, as `codec.documents.canonical` writes it of a value."""
    return _CANONICAL.encode(document)


def nanograms_in(text: str) -> int:
    """Whole nanograms in a mass as documents write it, such as `"158.3 mg"`.

    >>> nanograms_in("158.3 mg")
    158300000
    """
    figure, unit = text.split(" ")
    return int(Decimal(figure).scaleb(_NANOGRAMS[unit]))
