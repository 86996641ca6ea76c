"""What a site says in the leaflet in its own words: by part, in numbered versions that are never edited.

Plain text, a paragraph a line. A line that begins with "- " is a point of a list, one with "! " comes first, in bold.
What has the days of a course in it is worked out and not written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from compounder.domain.bounds import require_count, require_text
from compounder.domain.care.readability import grade, sentences_of
from compounder.domain.errors import NotAccepted

LONGEST_PART: Final = 1_500
LONGEST_REASON: Final = 500
POINT: Final = "- "
FIRST: Final = "! "


class LeafletPart(StrEnum):
    """The parts of the leaflet that are words only, in its order."""

    READ_FIRST = "read-first"
    WHAT_IT_IS = "what-it-is"
    BEFORE_YOU_START = "before-you-start"
    NO_OPIOIDS = "no-opioids"
    MISSED = "missed"
    HOW_YOU_MAY_FEEL = "how-you-may-feel"
    WHEN_TO_CALL = "when-to-call"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletWords:
    """One version: the parts that the site words itself, and why. A missing part is as the program brings it."""

    version: int = 1
    texts: Mapping[LeafletPart, str]
    reason: str = "First version"

    def __post_init__(self) -> None:
        require_count(self.version, 1, 9_999, "version")
        require_text(self.reason, LONGEST_REASON, "reason")
        for part, text in self.texts.items():
            _require_plain(part, text)


AS_BROUGHT: Final = LeafletWords(texts={})
"""The first version of every site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletApproval:
    """Who lets a version be printed, and when."""

    name: str
    at: datetime


def _require_plain(part: LeafletPart, text: str) -> None:
    """Refuses with `NotAccepted` what is blank, too long, or has what is no line of plain text."""
    lines = text.split("\n")
    if len(text) > LONGEST_PART or not all(line.strip() and line.isprintable() for line in lines):
        accepted = f"lines of plain text, at most {LONGEST_PART:,} letters in all"
        raise NotAccepted(read=text, accepted=accepted, field_name=part.name.lower())
    if sum(line.startswith(FIRST) for line in lines) > lines[0].startswith(FIRST):
        raise NotAccepted(read=text, accepted='"! " on the first line only', field_name=part.name.lower())


def grade_of(text: str) -> Decimal:
    """The school year that reads a part with ease; each line ends a sentence."""
    sentences = [sentence for line in text.split("\n") for sentence in sentences_of(line)]
    return grade(sentences) if sentences else Decimal(0)
