"""Patients as values: what is kept of them, what never tells who they are, and when their time is over."""

from dataclasses import replace
from datetime import date

import pytest

from compounder.domain.care.patients import (
    NamesThePatient,
    Patient,
    parts_of,
    require_born,
    require_identifier,
    require_nameless,
    require_somebody_else,
    sees_patients,
    years_before,
)
from compounder.domain.errors import NotAccepted, OutOfBounds
from compounder.domain.people.person import Role
from tests.domain.refused import refused

EVA = Patient(name="Eva-Maria Beispiel-Müller", born_on=date(1984, 2, 29))


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"contact": "x" * 401}, "contact"),
        ({"contact": "\x00"}, "contact"),
        ({"medicines": ("a\nb",)}, "medicines"),
        ({"allergies": ("x" * 201,)}, "allergies"),
    ],
)
def test_what_cannot_be_kept_of_a_patient_is_refused(changes: dict[str, object], field_name: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        Patient(**{"name": "Eva", "born_on": date(1984, 2, 29), **changes})  # type: ignore[arg-type]  # any wrong one
    assert refused.value.field_name == field_name


def test_a_contact_may_have_lines_and_is_not_too_long() -> None:
    said = f'"{"x" * 40}…" was read; a contact of at most 400 printable letters is accepted.'
    assert refused(EVA, contact="x" * 401) == ("contact", said)
    assert replace(EVA, contact="x" * 200 + "\n" + "x" * 199).contact
    assert replace(EVA, conditions=("x",) * 60).conditions


def test_a_patient_is_born_in_our_time_and_not_tomorrow() -> None:
    assert refused(EVA, born_on=date(1899, 12, 31))[0] == "born_on"
    require_born(EVA, EVA.born_on)
    with pytest.raises(OutOfBounds) as refusal:
        require_born(EVA, date(1984, 2, 28))
    assert refusal.value.field_name == "born_on"
    assert str(refusal.value) == "1984-02-29 was read; 1900-01-01 to 1984-02-28 is accepted."


def test_more_lines_than_anybody_has_are_refused() -> None:
    assert refused(EVA, conditions=("x",) * 61) == ("conditions", "A list of 61 was read; 0 to 60 is accepted.")


def test_a_patient_written_into_a_log_says_nothing() -> None:
    assert f"{EVA} {EVA!r}" == "Patient(…) Patient(…)"


@pytest.mark.parametrize("said", ["MULLER rang", "eva called", "as beispiel's doctor says", "(Maria)"])
def test_words_with_a_part_of_the_name_are_refused_and_not_repeated(said: str) -> None:
    with pytest.raises(NamesThePatient) as refused:
        require_nameless(said, EVA, "reason")
    assert said not in str(refused.value)
    assert refused.value.field_name == "reason"


@pytest.mark.parametrize("said", ["Moved away", "evaluated anew", "", "Beispielhaft"])
def test_words_without_it_are_taken(said: str) -> None:
    require_nameless(said, EVA, "reason")


def test_a_prescriber_may_share_a_part_of_the_name_and_not_all_of_it() -> None:
    require_somebody_else("Dr. Otto Müller", EVA, "prescriber")
    with pytest.raises(NamesThePatient) as refusal:
        require_somebody_else("Müller Beispiel, Eva Maria", EVA, "prescriber")
    assert refusal.value.field_name == "prescriber"


def test_parts_are_compared_without_case_accents_and_what_joins_them() -> None:
    assert parts_of("Łukasz O'Brien_Ñandú") == ("łukasz", "o", "brien", "nandu")


@pytest.mark.parametrize("text", ["", "1" * 12, "23456789ABC", "23456789ABCDE", "23456789abcd", "../../../../"])
def test_only_an_identifier_is_one(text: str) -> None:
    with pytest.raises(NotAccepted) as refusal:
        require_identifier(text, "patient")
    accepted = "an identifier of 12 letters and digits is accepted."
    assert (refusal.value.field_name, str(refusal.value)) == ("patient", f'"{text}" was read; {accepted}')


@pytest.mark.parametrize("role", Role)
def test_who_looks_after_patients_is_shown_them(role: Role) -> None:
    assert sees_patients(role) is (role is not Role.AUDITOR)


def test_a_leap_day_is_counted_back_to_one_that_the_year_has() -> None:
    assert years_before(date(2028, 2, 29), 2) == date(2026, 2, 28)
    assert years_before(date(2028, 2, 29), 4) == date(2024, 2, 29)


def test_a_name_without_letters_is_found_in_nothing() -> None:
    require_somebody_else("Dr. Ada Example", Patient(name="?", born_on=EVA.born_on), "prescriber")
