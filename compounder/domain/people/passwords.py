"""Which passwords are taken: long ones, or shorter ones beside a second factor, and none that everybody tries first.

No composition rules, no expiry. Source: NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where the password
is all there is, at least 8 beside a second factor; a blocklist; normalised (NFKC) before it is hashed.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from compounder.domain.errors import CompoundingError

LEAST_ALONE, LEAST_BESIDE_A_SECOND_FACTOR = 15, 8
MOST = 256
_SHORTEST_WORD = 4


@dataclass(eq=False, kw_only=True)
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


@dataclass(eq=False, kw_only=True)
class PasswordTooLong(CompoundingError):
    code = "password-too-long"
    title = "The password is too long"
    field_name: str = "new_password"

    def __str__(self) -> str:
        return f"More than {MOST} characters were read; write at most {MOST}."


@dataclass(eq=False, kw_only=True)
class PasswordKnown(CompoundingError):
    """What is tried first: a common password, one letter over and over, or a name from this very page."""

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
    """Whether nothing is left of it after what anybody knows is taken out; digits at its end do not count."""
    rest = given
    for word in sorted({word.casefold() for word in own_words if len(word) >= _SHORTEST_WORD}, key=len, reverse=True):
        rest = rest.replace(word, "")
    core = rest.rstrip("0123456789!.?-_ ")
    return given in common or core in common or len(set(core)) <= 1 or _repeats(given, common)


def _repeats(given: str, common: Collection[str]) -> bool:
    """Whether it is one common password, or a few letters, written again and again."""
    for length in range(1, len(given) // 2 + 1):
        part = given[:length]
        if (part * (len(given) // length + 1))[: len(given)] == given:
            return length < _SHORTEST_WORD or part in common
    return False
