"""Courses that have no answer: each is refused in a sentence, at its field."""

import copy
import json
import os
import random
from typing import Any

import pytest

from compounder.codec.converter import write
from compounder.codec.problems import problem
from compounder.domain.care.protocol import STANDARD, TRIAL
from compounder.domain.errors import CompoundingError
from compounder.services.courses import titrate
from tests.codec.test_complaints import mutate, parent_and_step, places
from tests.domain.courses import a_course, free_steps, refusals

MUTATIONS = 2_000 if not os.environ.get("COMPOUNDER_LONG") else 200_000
STEPS = [{"dose": "0.5 mg", "days": 7}, {"dose": "1 mg", "days": 7}]
FULL: dict[str, Any] = a_course(
    protocol=write(STANDARD),
    steps=STEPS,
    time_of_day="bedtime",
    treatment_started_on="2026-11-01",
    beyond_use_date="2027-11-20",
    calendar=True,
    fill_with="0.5 mg",
)


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"start_on": None}, "missing-key", "/start_on"),
        ({"supply_days": None}, "missing-key", "/supply_days"),
        ({"fill_with": None}, "missing-key", "/fill_with"),
        ({"protocol": None}, "missing-key", ""),
        ({"dose": "1 mg"}, "unknown-key", "/dose"),
        ({"protocol": "fast"}, "not-accepted", "/protocol"),
        ({"protocol": "Standard"}, "not-accepted", "/protocol"),
        ({"protocol": 1}, "not-accepted", "/protocol"),
        ({"protocol": "trial"}, "step-days-missing", "/step_days"),
        ({"step_days": 7}, "not-accepted", "/step_days"),
        ({"protocol": "trial", "step_days": 0}, "out-of-bounds", "/step_days"),
        ({"start_on": "1.12.2026"}, "not-a-date", "/start_on"),
        ({"start_on": "2026-02-30"}, "not-a-date", "/start_on"),
        ({"start_on": "2026-12"}, "not-a-date", "/start_on"),
        ({"start_on": "0001-01-01"}, "out-of-bounds", "/start_on"),
        ({"start_on": "9999-12-31"}, "out-of-bounds", "/start_on"),
        ({"treatment_started_on": "2026-12-02"}, "not-accepted", "/treatment_started_on"),
        ({"beyond_use_date": "2300-01-01"}, "out-of-bounds", "/beyond_use_date"),
        ({"supply_days": 0}, "out-of-bounds", "/supply_days"),
        ({"supply_days": -1}, "out-of-bounds", "/supply_days"),
        ({"supply_days": 3651}, "out-of-bounds", "/supply_days"),
        ({"supply_days": 30.0}, "not-a-number", "/supply_days"),
        ({"supply_days": "30"}, "not-a-number", "/supply_days"),
        ({"supply_days": True}, "not-a-number", "/supply_days"),
        ({"time_of_day": "noon"}, "not-accepted", "/time_of_day"),
        ({"fill_with": "capsules"}, "not-accepted", "/fill_with"),
        ({"fill_with": 1.5}, "not-accepted", "/fill_with"),
        ({"fill_with": ""}, "not-accepted", "/fill_with"),
        ({"fill_with": "1,5 mg"}, "not-a-number", "/fill_with"),
        ({"fill_with": "0 mg"}, "out-of-bounds", "/fill_with"),
        ({"fill_with": "1.5 ml"}, "unknown-unit", "/fill_with"),
        ({"fill_with": "0.0000001 mg"}, "not-a-number", "/fill_with"),
        ({"fill_with": "0.000001 mg"}, "out-of-bounds", "/fill_with"),
        ({"steps": []}, "out-of-bounds", "/steps"),
        ({"steps": "none"}, "not-accepted", "/steps"),
        ({"steps": STEPS * 51}, "out-of-bounds", "/steps"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_course_is_refused_at_its_field(changes: dict[str, Any], code: str, pointer: str) -> None:
    (refusal,) = refusals(a_course(**changes))
    assert (refusal.code, refusal.pointer) == (code, pointer)
    assert str(refusal).endswith(".")


@pytest.mark.parametrize(
    ("step", "code", "pointer"),
    [
        ({"dose": "1 mg"}, "missing-key", "/steps/0"),
        ({"days": 7}, "missing-key", "/steps/0/dose"),
        ({"dose": "1 mg", "days": 7, "to": "2026-12-31"}, "unknown-key", "/steps/0/to"),
        ({"dose": "1 mg", "days": 0}, "out-of-bounds", "/steps/0/days"),
        ({"dose": "1 mg", "days": -7}, "out-of-bounds", "/steps/0/days"),
        ({"dose": "1 mg", "days": 3_651}, "out-of-bounds", "/steps/0/days"),
        ({"dose": "1 mg", "days": 1.5}, "not-a-number", "/steps/0/days"),
        ({"dose": "1 mg", "days": "7"}, "not-a-number", "/steps/0/days"),
        ({"dose": "1 mg", "days": False}, "not-a-number", "/steps/0/days"),
        ({"dose": "5 mL", "days": 7}, "unknown-unit", "/steps/0/dose"),
        ({"dose": "-1 mg", "days": 7}, "not-a-number", "/steps/0/dose"),
        ({"dose": "1.1234567 mg", "days": 7}, "not-a-number", "/steps/0/dose"),
        ({"dose": "0 mg", "days": 7}, "out-of-bounds", "/steps/0/dose"),
        ({"dose": 1.5, "days": 7}, "not-a-number", "/steps/0/dose"),
        ({"dose": "2 kg", "days": 7}, "out-of-bounds", "/steps/0/dose"),
        ("0.5 mg", "not-accepted", "/steps/0"),
    ],
    ids=str,
)
def test_a_step_is_refused_at_its_place(step: object, code: str, pointer: str) -> None:
    course = a_course(protocol=None, fill_with="step-strengths", steps=[step, {"dose": "3 mg"}])
    (refusal,) = refusals(course)
    assert (refusal.code, refusal.pointer) == (code, pointer)


def test_every_step_without_days_before_the_last_is_named() -> None:
    found = refusals(free_steps(("1 mg", None), ("2 mg", 7), ("3 mg", None), ("4 mg", None)))
    assert [each.pointer for each in found] == ["/steps/0", "/steps/2"]


@pytest.mark.parametrize(
    ("dose", "sentence"),
    [
        (
            "2 mg",
            "2 mg is not a whole number of 1.5 mg capsules; the nearest doses that are: 1.5 mg and 3 mg.",
        ),
        ("0.75 mg", "0.75 mg is not a whole number of 1.5 mg capsules; the nearest dose that is: 1.5 mg."),
        (
            "4.500001 mg",
            "4.500001 mg is not a whole number of 1.5 mg capsules; the nearest doses that are: 4.5 mg and 6 mg.",
        ),
    ],
)
def test_a_dose_that_does_not_divide_is_refused_with_the_nearest_that_do(dose: str, sentence: str) -> None:
    (refusal,) = refusals(free_steps(("1.5 mg", 7), (dose, None), fill_with="1.5 mg"))
    assert (refusal.code, refusal.pointer) == ("dose-does-not-divide", "/steps/1/dose")
    assert str(refusal) == sentence


def test_every_dose_of_a_protocol_that_does_not_divide_is_refused_at_the_capsules() -> None:
    found = refusals(a_course(fill_with="1 mg"))
    assert [(each.code, each.pointer) for each in found] == [("dose-does-not-divide", "/fill_with")] * 2


def test_a_dose_that_the_supply_does_not_reach_need_not_divide() -> None:
    assert refusals(free_steps(("1 mg", 30), ("1.5 mg", None), fill_with="1 mg", supply_days=30)) == []


def test_a_supply_of_more_capsules_than_a_batch_has_is_refused() -> None:
    (refusal,) = refusals(free_steps(("6 mg", None), fill_with="0.001 mg", supply_days=30))
    assert str(refusal) == "A supply of 180,000 capsules was read; 1 to 100,000 is accepted."
    assert refusals(free_steps(("1 mg", None), fill_with="0.001 mg", supply_days=100)) == []


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"code": "Own!"}, "not-accepted", "/protocol/code"),
        ({"version": 0}, "out-of-bounds", "/protocol/version"),
        ({"name": " "}, "not-accepted", "/protocol/name"),
        ({"steps": []}, "out-of-bounds", "/protocol/steps"),
        ({"maximum": "3 mg"}, "not-accepted", "/protocol/steps/2/dose"),
        ({"reference": ""}, "not-accepted", "/protocol/reference"),
        ({"colour": "1"}, "unknown-key", "/protocol/colour"),
    ],
    ids=str,
)
def test_a_protocol_written_out_is_refused_at_its_field(changes: dict[str, Any], code: str, pointer: str) -> None:
    (refusal,) = refusals(a_course(protocol={**write(STANDARD), **changes}))
    assert (refusal.code, refusal.pointer) == (code, pointer)


def test_steps_without_days_are_the_sites_only_before_the_last() -> None:
    assert TRIAL.leaves_days_to_the_site
    one = {**write(TRIAL), "steps": [{"dose": "4.5 mg"}]}
    assert refusals(a_course(protocol=one)) == []


def test_an_array_has_each_refusal_in_its_place() -> None:
    good, bad = titrate([a_course(), a_course(supply_days=0)])
    assert (good["capsules"], bad["code"], bad["pointer"]) == ({"1.5 mg": 84}, "out-of-bounds", "/supply_days")
    with pytest.raises(CompoundingError, match="10,001 courses"):
        titrate([{}] * 10_001)


def test_a_mutated_course_is_answered_or_refused_and_nothing_else_happens() -> None:
    chance, known, refused = random.Random(6), list(places(FULL)), 0
    for _ in range(MUTATIONS):
        course = copy.deepcopy(FULL)
        parent, step = parent_and_step(course, chance.choice(known))
        mutate(chance, parent, step)
        try:
            json.dumps(titrate(course)).encode()
        except CompoundingError as refusal:
            json.dumps(problem(refusal), ensure_ascii=False).encode()
            refused += 1
    assert MUTATIONS / 2 < refused < MUTATIONS
