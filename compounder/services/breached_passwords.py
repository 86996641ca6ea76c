"""Whether a password stands in a list of breached ones, which whoever runs the server keeps beside the program.

The list is as Have I Been Pwned gives it away: a line for each password, its SHA-1 in hexadecimal digits, a colon, how
often it was found; sorted, some 40 GB. It is looked up where it lies; nobody is asked. Source: OWASP ASVS 5.0, 6.2.12.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

from compounder.domain.errors import CompoundingError
from compounder.domain.people.passwords import PasswordKnown, normalised

_DIGITS: Final = 40


class ListUnreadable(CompoundingError):
    code = "list-unreadable"
    title = "The list cannot be read"
    field_name: str = "new_password"

    def __str__(self) -> str:
        return "The list of breached passwords cannot be read; nothing was changed. Tell whoever runs the server."


def require_unbreached(breached: Path | None, password: str) -> None:
    """Refuses with `PasswordKnown` a password of the list; where the server has no list, none."""
    if breached is None:
        return
    wanted = hashlib.sha1(normalised(password).encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with breached.open("rb") as lines:
            is_known = _first_from(lines, wanted, breached.stat().st_size)[:_DIGITS].upper() == wanted
    except OSError:
        raise ListUnreadable from None
    if is_known:
        raise PasswordKnown


def _first_from(lines: BinaryIO, wanted: bytes, size: int) -> bytes:
    """The first line that is not before the one wanted; nothing after the last. Forty reads, however long it is."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        line = _line_from(lines, middle)
        if line and line[:_DIGITS].upper() < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_from(lines, low)


def _line_from(lines: BinaryIO, place: int) -> bytes:
    """The first whole line that begins at this place or after it."""
    lines.seek(max(place - 1, 0))
    if place:
        lines.readline()
    return lines.readline()
