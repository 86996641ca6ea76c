"""The leaflet for the patient: the texts of `patient_texts`, with the days and capsules of the course."""

from typing import Final

from compounder.domain.care.course import Course
from compounder.domain.care.leaflet_words import AS_BROUGHT, LeafletPart, LeafletWords
from compounder.domain.stock.substances import NALTREXONE
from compounder.printing import patient_texts as texts
from compounder.printing.bottles import Dispensing
from compounder.printing.course_words import check_sentence, shared_words, with_weekday
from compounder.printing.errors import LeafletNotWritten
from compounder.printing.leaflet_texts import worded
from compounder.printing.patient_documents import LeafletDocument, LeafletSection

BEFORE: Final = (LeafletPart.WHAT_IT_IS, LeafletPart.BEFORE_YOU_START, LeafletPart.NO_OPIOIDS)
AFTER: Final = (LeafletPart.MISSED, LeafletPart.HOW_YOU_MAY_FEEL, LeafletPart.WHEN_TO_CALL)


def leaflet_of(dispensing: Dispensing, course: Course, words: LeafletWords = AS_BROUGHT) -> LeafletDocument:
    """The leaflet of a course in the site's words; refuses with `LeafletNotWritten` a drug that they are not about."""
    if NALTREXONE.name not in dispensing.strength_basis.name:
        raise LeafletNotWritten(substance=dispensing.strength_basis.name)
    return LeafletDocument(
        **shared_words(dispensing, course),
        version=f"Leaflet version {words.version}",
        read_first=_sentences(worded(words, LeafletPart.READ_FIRST)),
        before=tuple(worded(words, part) for part in BEFORE),
        how_to_take=texts.how_to_take(course.time_of_day, with_weekday(course.last_dose_on)),
        after=(
            *(worded(words, part) for part in AFTER),
            texts.storage(dispensing.label.storage),
            texts.next_check(check_sentence(course)),
        ),
    )


def _sentences(section: LeafletSection) -> tuple[str, ...]:
    """Every sentence of a part that has no heading on paper: the first is the one in bold."""
    return tuple(each for each in (section.lead, *section.sentences, *section.points, *section.closing) if each)
