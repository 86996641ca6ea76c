"""Whether a bottle reaches its patient after the questions, with papers that say what was prescribed: scratch only."""

from typing import Final

from compounder.checking.checks import Check, Failed, Ground, Part, require_refused
from compounder.checking.paper_reading import read_paper
from compounder.checking.papers import require_code, require_words
from compounder.checking.scratch import A_BOTTLE, STRENGTHS
from compounder.domain.calendar import format_day
from compounder.domain.care.safety import SafetyUndecided
from compounder.domain.care.screening import matches
from compounder.domain.errors import OutOfBounds
from compounder.printing.paper import LARGE, Paper
from compounder.services.bottle_papers import BottlePapers, bottle_papers
from compounder.services.example_care import INA, PAULA
from compounder.services.example_people import SITE
from compounder.services.opioids import opioid_list
from compounder.services.patient_papers import patient_calendar, patient_labels, patient_leaflet

MEDICINES: Final = ("tramadol 50 mg", "tramdol 50 mg", "Codiene linctus", "loperamide")
"""Opioids as people write them, two of them with a slip."""
_FIRST_STEP, _TOO_MANY = 7, 1000


def _opioids(ground: Ground) -> str:
    scratch = ground.scratch
    with scratch.database.reading() as reading:
        known = opioid_list(reading, SITE).opioids
    missed = [medicine for medicine in MEDICINES if not matches(medicine, known)]
    if missed:
        raise Failed(f"Not asked about: {', '.join(missed)}.")
    require_refused(SafetyUndecided, lambda: scratch.give_out(PAULA, _FIRST_STEP))
    require_refused(OutOfBounds, lambda: scratch.give_out(INA, _TOO_MANY))
    return f"{', '.join(MEDICINES)} met; without a decision, and more than prescribed, nothing was given out."


def _patient(ground: Ground) -> str:
    scratch = ground.scratch
    bottle = scratch.bottle
    with scratch.database.reading() as reading:
        said = bottle_papers(reading, SITE, bottle)
    label = read_paper(patient_labels(said.dispensing, [said.bottle], LARGE))
    require_words(label, _wanted(said), "patient's label")
    require_code(label[0], scratch.released, "patient's label")
    leaflet = read_paper(patient_leaflet(said.dispensing, said.course, Paper.A4, said.words))
    calendar = read_paper(patient_calendar(said.dispensing, said.course, Paper.A4))
    for pages, named in ((leaflet, "leaflet"), (calendar, "calendar")):
        require_words(pages, [said.dispensing.patient, said.dispensing.prescription_number], named)
    return f"{A_BOTTLE} capsules: label, leaflet and calendar as prescribed; the code reads {scratch.released}."


def _wanted(said: BottlePapers) -> list[str]:
    """What the label of a bottle has to say."""
    bottle, dispensing = said.bottle, said.dispensing
    dose = f"{dispensing.label.preparation} {STRENGTHS[0]} {dispensing.label.form}"
    return [
        dispensing.patient,
        dose,
        bottle.directions,
        f"{A_BOTTLE} {dispensing.label.form}",
        format_day(bottle.beyond_use_date),
        dispensing.prescription_number,
        *bottle.warnings,
    ]


CARING: Final = (
    Check(
        number="OQ14",
        part=Part.OPERATION,
        requirement="An opioid among the medicines is asked about",
        hazards=("D1",),
        test="Names as people write them are looked for; a bottle is asked for without a decision, and one too large.",
        run=_opioids,
    ),
    Check(
        number="OQ15",
        part=Part.OPERATION,
        requirement="The patient's papers say what was prescribed",
        hazards=("C5", "D2"),
        test="A bottle is given out on a prescription; its label, leaflet and calendar are read back.",
        run=_patient,
    ),
)
