"""When two names are one: however a keyboard composes them, in capitals or not, with blanks more or fewer.

A word of one alphabet only, so that no name merely looks like another. Source: 21 CFR 11.100(a): a signature is one
person's; Unicode UTS 39, section 5.1, on mixed scripts.
"""

import unicodedata
from typing import Final

from compounder.domain.errors import CompoundingError, as_read

_ALPHABETS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC"})
_UNSEEN: Final = "Cf"


class MixedAlphabets(CompoundingError):
    """A word in which letters of one alphabet stand for those of another."""

    code = "mixed-alphabets"
    title = "Letters of two alphabets"
    read: str
    field_name: str

    def __str__(self) -> str:
        return f"{as_read(self.read)} mixes letters of two alphabets; type the word in one."


def plain(name: str) -> str:
    """What is compared of a name.

    >>> plain("ANNA  Mu\\u0308ller") == plain("Anna Müller")
    True
    """
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(letter for letter in composed if unicodedata.category(letter) != _UNSEEN).split())


def require_one_alphabet(name: str, *, field_name: str) -> None:
    """Refuses with `MixedAlphabets` a word of Latin letters with Greek or Cyrillic ones among them."""
    for word in unicodedata.normalize("NFKC", name).split():
        if len({unicodedata.name(letter, " ").split(" ")[0] for letter in word} & _ALPHABETS) > 1:
            raise MixedAlphabets(read=word, field_name=field_name)
