"""The leaflet's parts as plain text and back: what the package says of each, and a section from a site's own words."""

from collections.abc import Mapping
from itertools import dropwhile
from typing import Final

from compounder.domain.care.leaflet_words import FIRST, POINT, LeafletPart, LeafletWords
from compounder.printing import patient_texts as texts
from compounder.printing.patient_documents import LeafletSection

SECTIONS: Final[Mapping[LeafletPart, LeafletSection]] = {
    LeafletPart.READ_FIRST: LeafletSection(heading="Read first", sentences=texts.READ_FIRST),
    LeafletPart.WHAT_IT_IS: texts.WHAT_IT_IS,
    LeafletPart.BEFORE_YOU_START: texts.BEFORE_YOU_START,
    LeafletPart.NO_OPIOIDS: texts.NO_OPIOIDS,
    LeafletPart.MISSED: texts.MISSED,
    LeafletPart.HOW_YOU_MAY_FEEL: texts.HOW_YOU_MAY_FEEL,
    LeafletPart.WHEN_TO_CALL: texts.WHEN_TO_CALL,
}
"""Each part as the package brings it."""


def text_of(section: LeafletSection) -> str:
    """A section as the plain text that `section_of` reads."""
    lead = (FIRST + section.lead,) if section.lead else ()
    points = (POINT + point for point in section.points)
    return "\n".join((*lead, *section.sentences, *points, *section.closing))


BROUGHT: Final[Mapping[LeafletPart, str]] = {part: text_of(section) for part, section in SECTIONS.items()}
"""The text of each part as the package brings it."""


def section_of(heading: str, text: str) -> LeafletSection:
    """A section from plain text: what stands before the points is one paragraph, what follows them one a line."""
    lines = text.split("\n")
    lead = lines.pop(0).removeprefix(FIRST) if lines[0].startswith(FIRST) else ""
    points = [line for line in lines if line.startswith(POINT)]
    rest = list(dropwhile(lambda line: not line.startswith(POINT), lines))
    return LeafletSection(
        heading=heading,
        lead=lead,
        sentences=tuple(lines[: len(lines) - len(rest)]),
        points=tuple(point.removeprefix(POINT) for point in points),
        closing=tuple(line for line in rest if not line.startswith(POINT)),
    )


def worded(words: LeafletWords, part: LeafletPart) -> LeafletSection:
    """A part as this version says it."""
    text = words.texts.get(part)
    return SECTIONS[part] if text is None else section_of(SECTIONS[part].heading, text)
