"""What a protocol, a course or a change of one must say: refused in one sentence, at its own field."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compounder.domain.care.course_changes import hold, slow, step_back
from compounder.domain.care.errors import StepDaysMissing
from compounder.domain.care.protocol import STANDARD, TRIAL, TitrationStep, require_days
from compounder.domain.errors import CompoundingError, MissingKey, OutOfBounds
from compounder.domain.units import parse_mass
from tests.domain.courses import an_order_of
from tests.domain.refused import refused

ORDER = an_order_of()
TRIAL_ORDER = an_order_of(protocol="trial", step_days=1, fill_with="0.75 mg")
ONLY_OPEN = "step_days only for a protocol that leaves its days to the site is accepted."
REFUSED: dict[str, tuple[object, dict[str, Any], str, str]] = {
    "a code in capitals": (
        STANDARD,
        {"code": "Own!"},
        "code",
        '"Own!" was read; a code of lower-case letters, digits and hyphens is accepted.',
    ),
    "a version too high": (STANDARD, {"version": 10_000}, "version", "10,000 was read; 1 to 9,999 is accepted."),
    "no reason": (STANDARD, {"reason": ""}, "reason", '"" was read; a text of 1 to 500 printable letters is accepted.'),
    "treatment before our time": (
        ORDER,
        {"treatment_started_on": date(1899, 12, 31)},
        "treatment_started_on",
        "1899-12-31 was read; 1900-01-01 to 2200-12-31 is accepted.",
    ),
    "treatment after the start": (
        ORDER,
        {"treatment_started_on": date(2026, 12, 2)},
        "treatment_started_on",
        '"2026-12-02" was read; a first day of treatment no later than start_on is accepted.',
    ),
    "days for steps that have theirs": (ORDER, {"step_days": 7}, "step_days", f"7 was read; {ONLY_OPEN}"),
    "no days": (TRIAL_ORDER, {"step_days": 0}, "step_days", "0 was read; 1 to 3,650 is accepted."),
    "nothing to take": (ORDER, {"protocol": None}, "", '"protocol or steps" is missing; it is needed here.'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_course_can_be_is_refused_at_its_field(name: str) -> None:
    value, changes, field_name, sentence = REFUSED[name]
    assert refused(value, **changes) == (field_name, sentence)


def test_a_version_may_be_the_last_there_is() -> None:
    assert replace(STANDARD, version=9_999).version == 9_999


def test_a_dose_above_its_protocols_maximum_is_refused_in_words() -> None:
    with pytest.raises(CompoundingError) as refusal:
        replace(STANDARD, maximum=parse_mass("3 mg"))
    assert str(refusal.value) == '"4.5 mg" was read; a dose up to the protocol\'s maximum, 3 mg, is accepted.'


def test_days_are_the_sites_where_a_step_before_the_last_has_none() -> None:
    first, *others, last = STANDARD.steps
    assert not replace(STANDARD, steps=(first, *others, replace(last, days=None))).leaves_days_to_the_site
    open_step = replace(STANDARD, steps=(first, replace(others[0], days=None), last))
    assert open_step.leaves_days_to_the_site
    assert [step.days for step in open_step.steps_of(5)] == [14, 5, 14]
    with pytest.raises(StepDaysMissing) as refusal:
        TRIAL.steps_of(None)
    assert refusal.value.protocol == "trial"


def test_a_step_without_days_is_named() -> None:
    step = TitrationStep(dose=parse_mass("1 mg"))
    with pytest.raises(MissingKey) as refusal:
        require_days((step, step))
    assert (refusal.value.missing, refusal.value.pointer) == ("days", "/steps/0")


@pytest.mark.parametrize("change", [hold, slow])
def test_for_how_many_days_is_refused_at_its_field(change: Any) -> None:
    with pytest.raises(OutOfBounds) as refusal:
        change(ORDER, date(2026, 12, 5), 0)
    assert (refusal.value.field_name, str(refusal.value)) == ("days", "0 was read; 1 to 3,650 is accepted.")


def test_a_day_before_the_course_is_refused_at_its_field() -> None:
    with pytest.raises(OutOfBounds) as refusal:
        step_back(ORDER, date(2026, 11, 30))
    assert refusal.value.field_name == "on"
    assert str(refusal.value) == "2026-11-30 was read; 2026-12-01 to 2027-01-11 is accepted."
