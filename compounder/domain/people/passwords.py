"""Which passwords are taken: long ones, or shorter ones beside a second factor, and none that everybody tries first.

No composition rules, no expiry. Source: NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where the password
is all there is, at least 8 beside a second factor; a blocklist; normalised (NFKC) before it is hashed.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from compounder.domain.errors import CompoundingError

LEAST_ALONE, LEAST_BESIDE_A_SECOND_FACTOR = 15, 8
MOST = 256
_SHORTEST_WORD, _SHORTEST_PART, _ENOUGH_OF_ONES_OWN = 4, 8, 8
_FORWARDS: Final = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "1234567890" * 2,
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopüasdfghjklöäyxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
)
_LINES: Final = (*_FORWARDS, *(line[::-1] for line in _FORWARDS))
"""Letters and keys that lie side by side, along the alphabet, the rows and the columns of keyboards."""


class PasswordTooShort(CompoundingError):
    code = "password-too-short"
    title = "The password is too short"
    length: int
    has_second_factor: bool
    field_name: str = "new_password"

    def __str__(self) -> str:
        if self.has_second_factor:
            return f"{self.length} characters were read; write at least {LEAST_BESIDE_A_SECOND_FACTOR}."
        return (
            f"{self.length} characters were read; write at least {LEAST_ALONE}, "
            f"or {LEAST_BESIDE_A_SECOND_FACTOR} with a second factor."
        )


class PasswordTooLong(CompoundingError):
    code = "password-too-long"
    title = "The password is too long"
    field_name: str = "new_password"

    def __str__(self) -> str:
        return f"More than {MOST} characters were read; write at most {MOST}."


class PasswordKnown(CompoundingError):
    """What is tried first: a common password, a run or a part over and over, or names from this very page."""

    code = "password-known"
    title = "The password is easily guessed"
    field_name: str = "new_password"

    def __str__(self) -> str:
        return "This password is among those that are tried first; choose another, such as four words of your own."


def normalised(password: str) -> str:
    """The password as it is hashed: the same letters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def is_long(password: str) -> bool:
    """Whether it is enough without a second factor."""
    return len(normalised(password)) >= LEAST_ALONE


def require_acceptable(
    password: str, *, has_second_factor: bool, common: Collection[str], own_words: Collection[str]
) -> None:
    """Refuses a password that is too short, too long, common, or made of `own_words`, such as the person's name."""
    given = normalised(password)
    least = LEAST_BESIDE_A_SECOND_FACTOR if has_second_factor else LEAST_ALONE
    if len(given) < least:
        raise PasswordTooShort(length=len(given), has_second_factor=has_second_factor)
    if len(given) > MOST:
        raise PasswordTooLong
    if _is_guessed(given.casefold(), common, own_words):
        raise PasswordKnown


def _is_guessed(given: str, common: Collection[str], own_words: Collection[str]) -> bool:
    """Whether little is left of it once what anybody knows or tries is taken out, or the rest is known or repeated."""
    bare = _bare(given)
    rest = _without_runs(_without_words(bare, own_words))
    letters_left = sum(not letter.isdecimal() for letter in rest)
    if letters_left < min(_ENOUGH_OF_ONES_OWN, len(bare) - len(rest)):
        return True
    tried = [given, _core(given)]
    if 2 * len(bare) >= len(given):
        tried += [bare, _core(bare), _core(rest)]
    return any(part in common or len(set(part)) <= 1 or _repeats(part, common) for part in tried)


def _bare(text: str) -> str:
    """Its letters and digits, in small letters."""
    return "".join(letter for letter in normalised(text).casefold() if letter.isalnum())


def _core(text: str) -> str:
    """What stands before the digits and marks that are put behind to satisfy a rule."""
    return text.rstrip("0123456789!.?-_ ")


def _without_words(bare: str, own_words: Collection[str]) -> str:
    """What is left without these words, whole and in their parts, the longest first."""
    parts = {_bare(part) for word in own_words for part in (word, *re.split(r"[\s.\-_@]+", word))}
    for part in sorted((part for part in parts if len(part) >= _SHORTEST_WORD), key=len, reverse=True):
        bare = bare.replace(part, "")
    return bare


def _without_runs(bare: str) -> str:
    """What is left without runs of keys or letters that lie side by side, of four and more."""
    left, start = "", 0
    while start < len(bare):
        run = _run_at(bare, start)
        left += "" if run else bare[start]
        start += run or 1
    return left


def _run_at(bare: str, start: int) -> int:
    """How long a run begins here; 0 where none of four does."""
    length = 0
    while start + length < len(bare) and any(bare[start : start + length + 1] in line for line in _LINES):
        length += 1
    return length if length >= _SHORTEST_WORD else 0


def _repeats(given: str, common: Collection[str]) -> bool:
    """Whether it is one common password, or a part shorter than eight, written again and again."""
    for length in range(1, len(given) // 2 + 1):
        part = given[:length]
        if (part * (len(given) // length + 1))[: len(given)] == given:
            return length < _SHORTEST_PART or _core(part) in common or part in common
    return False
