"""How hard a text is to read: the Flesch–Kincaid grade, which is the school year that reads it with ease.

Kincaid, Fishburne, Rogers, Chissom 1975: 0.39 × words ÷ sentences + 11.8 × syllables ÷ words − 15.59. A child of twelve
is in the sixth or seventh year. Syllables are counted as runs of vowels, without a silent e; two in "i-a" and "i-o".
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

HARD: Final = 7
"""Above this grade a text is harder than a child of twelve reads with ease."""
_VOWELS = re.compile(r"(?<![tscg])i(?=[ao])|[aeiouy]+")
_SILENT = re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$|(?<![td])(?<=[a-z])ed$|(?<=[a-z])(?<![cgsxz])es$")


def grade(sentences: Sequence[str]) -> Decimal:
    """The school year that reads these sentences with ease."""
    words = [word for sentence in sentences for word in _words(sentence)]
    a_sentence, a_word = Decimal(len(words)) / len(sentences), Decimal(sum(map(syllables, words))) / len(words)
    return Decimal("0.39") * a_sentence + Decimal("11.8") * a_word - Decimal("15.59")


def sentences_of(text: str) -> list[str]:
    """A paragraph's sentences."""
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if _words(sentence)]


def syllables(word: str) -> int:
    """At least one: a figure is read as one word."""
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word.lower()))))


def _words(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z']+|[0-9]+", sentence)
