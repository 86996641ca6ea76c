"""Passwords as they are kept and compared: Argon2id (RFC 9106), in the sizes its library recommends."""

from functools import lru_cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from compounder.domain.people.passwords import normalised, require_acceptable

_HASHER = PasswordHasher()
_OWN_WORDS = ("compounder", "password", "pharmacy", "naltrexone")


def hashed(password: str) -> str:
    """The hash that is kept, with its salt and its cost."""
    return _HASHER.hash(normalised(password))


def is_password(kept: str, typed: str) -> bool:
    """Whether what was typed is the password."""
    try:
        return _HASHER.verify(kept, normalised(typed))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def nobodys() -> str:
    """The hash of a password that nobody has: a name that does not exist is answered as slowly as one that does."""
    return hashed("nobody signs in with this")


def require_password(password: str, *, has_second_factor: bool, own_words: tuple[str, ...]) -> None:
    """Refuses a password that is too short, common, or made of the person's own names."""
    words = (*_OWN_WORDS, *own_words)
    require_acceptable(password, has_second_factor=has_second_factor, common=common_passwords(), own_words=words)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """What is tried first, in small letters."""
    text = files("compounder.services").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("# "))
