"""The leaflet for the patient: the texts of `patient_texts`, with the days and capsules of the course."""

from compounder.domain.care.course import Course
from compounder.domain.stock.substances import NALTREXONE
from compounder.printing import patient_texts as texts
from compounder.printing.bottles import Dispensing
from compounder.printing.course_words import check_sentence, shared_words, with_weekday
from compounder.printing.errors import LeafletNotWritten
from compounder.printing.patient_documents import LeafletDocument


def leaflet_of(dispensing: Dispensing, course: Course) -> LeafletDocument:
    """The leaflet of a course; refuses with `LeafletNotWritten` a drug that its texts are not about."""
    if NALTREXONE.name not in dispensing.strength_basis.name:
        raise LeafletNotWritten(substance=dispensing.strength_basis.name)
    return LeafletDocument(
        **shared_words(dispensing, course),
        read_first=texts.READ_FIRST,
        before=(texts.WHAT_IT_IS, texts.BEFORE_YOU_START, texts.NO_OPIOIDS),
        how_to_take=texts.how_to_take(course.time_of_day, with_weekday(course.last_dose_on)),
        after=(
            texts.MISSED,
            texts.HOW_YOU_MAY_FEEL,
            texts.WHEN_TO_CALL,
            texts.storage(dispensing.label.storage),
            texts.next_check(check_sentence(course)),
        ),
    )
