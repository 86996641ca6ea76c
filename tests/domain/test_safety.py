"""What stands between a prescription and a bottle: what is asked, who decided, and words that tell of no patient."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.patients import NamesThePatient, Patient
from compounder.domain.care.prescriptions import Prescription
from compounder.domain.care.safety import (
    DatesUndecided,
    SafetyDecision,
    SafetyUndecided,
    TellsOfHealth,
    answers_of,
    days_of,
    given_ahead,
    last_dose_of,
    require_all_decided,
    require_untelling,
    safety_findings,
)
from compounder.domain.care.screening import Acting, Answers, Opioid
from compounder.domain.care.titration import work_out_course
from compounder.domain.findings import Severity, decide
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from tests.domain.courses import an_order_of, free_steps
from tests.domain.refused import refused

OPIOIDS = (
    Opioid(name="tramadol", atc="N02AX02", acting=Acting.SHORT),
    Opioid(name="opium", atc="N02AA02", acting=Acting.SHORT),
    Opioid(name="co-codamol", atc="N02AJ06", acting=Acting.SHORT),
)
EVA = Patient(
    name="Eva Beispiel",
    born_on=date(1984, 2, 29),
    medicines=("Levothyroxine 50 mcg", "Zinc"),
    allergies=("Penicillin",),
    conditions=("Asthma", "Fever"),
)
FORMULATION = first_formulation(1)
NO = Answers(medicines="", has_liver_disease=False, is_hypersensitive=False)


def a_prescription(document: dict[str, Any]) -> Prescription:
    """A prescription of this course."""
    order = read(document, CourseOrder)
    return Prescription(
        number="RX2611-001",
        patient="23456789ABCD",
        prescriber="Dr. Ada Example",
        written_on=date(2026, 11, 21),
        formulation=FORMULATION.code,
        order=order,
        course=work_out_course(order),
        directions=(),
    )


def course_of(fill_with: str = "1.5 mg") -> Course:
    """The standard course of 42 days from 1 December: 14 of one capsule of 1.5 mg, 14 of two, 14 of three."""
    return work_out_course(an_order_of(fill_with=fill_with))


@pytest.mark.parametrize(
    ("conditions", "asked", "expected"),
    [
        ((), False, False),
        ((), True, True),
        (("Asthma",), False, False),
        (("Asthma", "Liver failure"), False, True),
        (("chronic HEPATITIS C",), False, True),
        (("Cirrhosis",), False, True),
        (("premature delivery",), False, False),
    ],
)
def test_a_disease_of_the_liver_is_asked_or_stands_in_the_patients_row(
    conditions: tuple[str, ...], asked: bool, expected: bool
) -> None:
    patient = replace(EVA, conditions=conditions)
    found = answers_of(patient, "cellulose", has_liver_disease=asked, is_hypersensitive=False)
    assert (found.has_liver_disease, found.is_hypersensitive) == (expected, False)


@pytest.mark.parametrize(
    ("allergies", "asked", "expected"),
    [
        ((), False, False),
        ((), True, True),
        (("Penicillin",), False, False),
        (("Penicillin", "Naltrexone"), False, True),
        (("naltrexon",), False, True),
        (("microcrystalline cellulose",), False, True),
        (("Celulose",), False, True),
    ],
)
def test_hypersensitivity_to_what_is_given_is_asked_or_stands_in_the_patients_row(
    allergies: tuple[str, ...], asked: bool, expected: bool
) -> None:
    patient = replace(EVA, allergies=allergies)
    found = answers_of(patient, "Microcrystalline cellulose", has_liver_disease=False, is_hypersensitive=asked)
    assert (found.has_liver_disease, found.is_hypersensitive) == (False, expected)


def test_medicines_are_screened_line_by_line() -> None:
    found = answers_of(EVA, "cellulose", has_liver_disease=False, is_hypersensitive=False)
    assert found.medicines == "Levothyroxine 50 mcg\nZinc"


def test_all_that_speaks_against_a_bottle_is_decided_on() -> None:
    """7.5 mg a day is above 6 mg, the highest dose in trials and the formulation's most."""
    prescription = a_prescription(free_steps(("7.5 mg", None), fill_with="1.5 mg"))
    answers = Answers(medicines="Tramadol", has_liver_disease=True, is_hypersensitive=False)
    found = safety_findings(answers, OPIOIDS, prescription, FORMULATION, ("RX1", "RX2", "RX3", "RX4"))
    assert {each.severity for each in found} == {Severity.DECIDE}
    assert [each.code for each in found] == [
        "opioid-named",
        "liver-disease",
        "dose-above-maximum",
        "dose-above-formulation",
        "two-open-courses",
    ]
    assert [each.message for each in found[3:]] == [
        "7.5 mg a day is above the range of Naltrexone hydrochloride capsules, to 6 mg; check the prescription.",
        "The patient has another course for these days: RX1, RX2, RX3. Say why both are taken.",
    ]


def test_what_is_only_to_be_looked_at_is_not_decided_on() -> None:
    """6 mg is unusual, and within the formulation's range; capsules of 1.5 mg are four of them."""
    prescription = a_prescription(
        free_steps(("6 mg", None), ("1.5 mg", None), fill_with="1.5 mg", supply_days=7)
        | {"steps": [{"dose": "1.5 mg", "days": 3}, {"dose": "6 mg"}]}
    )
    assert [each.code for each in prescription.course.findings] == ["dose-not-usual"]
    assert safety_findings(NO, OPIOIDS, prescription, FORMULATION, ()) == ()


def test_every_question_has_its_decision() -> None:
    asked = (decide("opioid-named", "“tramadol” is an opioid."), decide("liver-disease", "Ask."))
    first, second = (SafetyDecision(code=each.code, reason="Asked", decided_with="Dr. Ada") for each in asked)
    require_all_decided(asked, (first, second))
    with pytest.raises(SafetyUndecided) as refusal:
        require_all_decided(asked, (first,))
    assert str(refusal.value) == "Nobody has decided yet: liver disease. Write what was decided, and with whom."


def test_a_decision_says_why_and_with_whom() -> None:
    decision = SafetyDecision(code="opioid-named", reason="r" * 300, decided_with="w" * 120)
    accepted = "a text of 1 to {} printable letters is accepted."
    assert refused(decision, reason="r" * 301)[0] == "reason"
    assert refused(decision, reason=" ") == ("reason", f'" " was read; {accepted.format(300)}')
    assert refused(decision, decided_with="w" * 121)[0] == "decided_with"
    assert refused(decision, decided_with="") == ("decided_with", f'"" was read; {accepted.format(120)}')


@pytest.mark.parametrize(
    "said",
    [
        "for the ASTHMA",
        "with fever",
        "Penicillin rash",
        "takes levothyroxine",
        "a little opium",
        "stopped tramadol",
        "codamol",
    ],
)
def test_words_that_are_kept_tell_of_no_medicine_allergy_or_condition(said: str) -> None:
    with pytest.raises(TellsOfHealth) as refusal:
        require_untelling(said, EVA, OPIOIDS, "reason")
    assert refusal.value.field_name == "reason"
    assert said not in str(refusal.value)


@pytest.mark.parametrize("said", ["50 mcg of zinc", "Decided by telephone", "", "co"])
def test_other_words_and_short_ones_are_kept(said: str) -> None:
    require_untelling(said, EVA, OPIOIDS, "reason")


def test_words_that_are_kept_name_no_patient() -> None:
    with pytest.raises(NamesThePatient) as refusal:
        require_untelling("Eva was asked", EVA, OPIOIDS, "decided_with")
    assert refusal.value.field_name == "decided_with"


@pytest.mark.parametrize(
    ("before", "capsules", "first", "last"),
    [
        (0, 14, date(2026, 12, 1), date(2026, 12, 14)),
        (0, 1, date(2026, 12, 1), date(2026, 12, 1)),
        (13, 3, date(2026, 12, 14), date(2026, 12, 15)),
        (14, 4, date(2026, 12, 15), date(2026, 12, 16)),
        (42, 42, date(2026, 12, 29), date(2027, 1, 11)),
        (42, 90, date(2026, 12, 29), date(2027, 1, 11)),
    ],
)
def test_a_bottle_lasts_by_the_calendar_of_its_course(before: int, capsules: int, first: date, last: date) -> None:
    """One capsule a day to 14 December, two to the 28th, three to 11 January: 14 + 28 + 42."""
    strength = parse_quantity("1.5 mg", MASS_PER_CAPSULE)
    assert days_of(course_of(), strength, before=before, capsules=capsules) == (first, last)


def test_a_bottle_of_one_strength_lasts_over_its_own_days_only() -> None:
    strength = parse_quantity("3 mg", MASS_PER_CAPSULE)
    found = days_of(course_of("step-strengths"), strength, before=0, capsules=5)
    assert found == (date(2026, 12, 15), date(2026, 12, 19))


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (date(2026, 12, 5), date(2026, 12, 18)),
        (date(2026, 12, 1), date(2026, 12, 14)),
        (date(2026, 11, 28), date(2026, 12, 14)),
    ],
)
def test_a_bottle_that_is_given_out_late_ends_late(on: date, last: date) -> None:
    assert last_dose_of((date(2026, 12, 1), date(2026, 12, 14)), on) == last


def test_every_strength_that_was_given_ahead_is_named() -> None:
    given = {"1.5 mg": 14, "3 mg": 14, "4.5 mg": 1}
    (found,) = given_ahead("RX1", course_of("step-strengths"), given, date(2026, 12, 20))
    assert (found.severity, found.code) == (Severity.DECIDE, "capsules-given-ahead")
    assert found.message.startswith("The patient may have 9 of 3 mg and 1 of 4.5 mg left of RX1: ")


def test_a_bottle_after_its_first_day_asks_what_becomes_of_the_dates() -> None:
    asked = "The first dose was due on 1 Dec 2026: keep the dates, or start from today."
    assert str(DatesUndecided(due_on=date(2026, 12, 1))) == asked
