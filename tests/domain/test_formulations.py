"""A master formulation record: what each of its figures may be, what it must say, what an order is held to, and what
its approval needs."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.batch.beyond_use import BeyondUseDays, BeyondUseMonths, BeyondUsePolicy
from compounder.domain.batch.order import FormulationLimits
from compounder.domain.errors import CompoundingError
from compounder.domain.formulary.formulation import (
    DosageForm,
    Formulation,
    StrengthSet,
    parse_dosage_form,
    require_approvable,
)
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MassPerCapsule, mg_per_capsule, of
from tests.domain.inspections import the_limits
from tests.domain.refused import refused

FIRST = first_formulation(1)
STUDY = "IJPC 2018; 22(3): 252–256"


def strengths(*numbers: str) -> tuple[MassPerCapsule, ...]:
    """In mg for each capsule."""
    return tuple(of(Decimal(number), mg_per_capsule) for number in numbers)


def sets(*numbers: str) -> tuple[StrengthSet, ...]:
    """One usual set, and one of these strengths."""
    return (
        StrengthSet(name="Usual", strengths=strengths("1.5")),
        StrengthSet(name="Steps", strengths=strengths(*numbers)),
    )


def shares(*numbers: str) -> tuple[Decimal, ...]:
    """Each as a ratio."""
    return tuple(map(Decimal, numbers))


def beyond(*numbers: str) -> list[tuple[Decimal, str]]:
    """Each percentage as a ratio, and as it is named."""
    return [(Decimal(number).scaleb(-2), f"{number} %") for number in numbers]


IN_RANGE = "a strength from 0.1 mg to 6 mg, as this formulation allows,"
# field, what just is taken, what just is not and how it is named, what the sentence says is accepted
BOUNDS: list[tuple[str, Sequence[Any], Sequence[tuple[Any, str]], str]] = [
    ("version", (1, 9_999), [(0, "0"), (10_000, "10,000")], "1 to 9,999"),
    ("active_overage", shares("0", "0.1"), beyond("-0.1", "10.1"), "0 % to 10 %"),
    ("weighing_tolerance", shares("0.0001", "0.1"), beyond("0.009", "10.1"), "0.01 % to 10 %"),
    ("minimum_filler_fraction", shares("0", "1"), beyond("-0.1", "100.1"), "0 % to 100 %"),
    (
        "strength_range",
        [strengths("0.5", "4.5")],
        [(strengths("6", "0.1"), '"6 mg to 0.1 mg"'), (strengths("6"), '"6 mg"')],
        "the least strength and then the most",
    ),
    (
        "usual_strengths",
        [(), strengths("0.1", "6")],
        [(strengths("1", "0.09"), '"0.09 mg"'), (strengths("6.01"), '"6.01 mg"')],
        IN_RANGE,
    ),
    (
        "strength_sets",
        [(), sets("0.1", "6")],
        [(sets("1", "0.09"), '"0.09 mg"'), (sets("6.01"), '"6.01 mg"')],
        IN_RANGE,
    ),
]
QUALITY: list[tuple[str, Sequence[Any], Sequence[tuple[Any, str]], str]] = [
    ("capsules_weighed", (1, 30), [(0, "0"), (31, "31")], "1 to 30"),
    ("net_weight_from", shares("0", "1"), beyond("-0.1", "100.1"), "0 % to 100 %"),
    ("net_weight_to", shares("0.9", "2"), beyond("89.9", "200.1"), "90 % to 200 %"),
    ("relative_standard_deviation", shares("0", "1"), beyond("-0.1", "100.1"), "0 % to 100 %"),
    ("powder_loss", shares("0", "1"), beyond("-0.1", "100.1"), "0 % to 100 %"),
]


@pytest.mark.parametrize(
    ("whole", "field", "taken", "beyond", "accepted"),
    [*((FIRST, *each) for each in BOUNDS), *((the_limits(), *each) for each in QUALITY)],
    ids=[field for field, *_ in (*BOUNDS, *QUALITY)],
)
def test_a_figure_is_taken_to_its_ends_and_refused_beyond_at_its_field(
    whole: Any, field: str, taken: Sequence[Any], beyond: Sequence[tuple[Any, str]], accepted: str
) -> None:
    assert [getattr(replace(whole, **{field: value}), field) for value in taken] == list(taken)
    for value, read in beyond:
        assert refused(whole, **{field: value}) == (field, f"{read} was read; {accepted} is accepted.")


@pytest.mark.parametrize("name", ["code", "name", "storage", "container", "reason"])
def test_a_formulation_says_what_it_is_how_it_is_kept_and_why_it_came(name: str) -> None:
    assert refused(FIRST, **{name: ""}) == ("", f'"{name}" is missing; it is needed here.')


@pytest.mark.parametrize("name", ["steps", "capsule_sizes", "strength_range"])
def test_a_formulation_has_a_method_a_size_and_a_range(name: str) -> None:
    assert refused(FIRST, **{name: ()}) == ("", f'"{name}" is missing; it is needed here.')


def test_an_order_is_held_to_the_strengths_sizes_and_filler_of_its_formulation() -> None:
    three, four, two, one = CapsuleSize.THREE, CapsuleSize.FOUR, CapsuleSize.TWO, CapsuleSize.ONE
    assert FIRST.limits == FormulationLimits(
        strength_range=strengths("0.1", "6"),
        usual_strengths=strengths("0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5"),
        capsule_sizes=(three, four, two, one),
        minimum_filler_fraction=Decimal("0.1"),
    )


@pytest.mark.parametrize("day", [0, 1])
def test_the_first_formulation_counts_its_days_as_the_site_does(day: int) -> None:
    assert first_formulation(day).beyond_use.policy == BeyondUseDays(days=365, day_of_compounding=day)


def test_a_capsule_is_the_form_that_is_made() -> None:
    assert parse_dosage_form(" Capsule ") is DosageForm.CAPSULE
    with pytest.raises(CompoundingError) as refusal:
        parse_dosage_form("Tablet")
    assert str(refusal.value) == '"Tablet" was read; capsule is accepted.'
    assert getattr(refusal.value, "field_name", "") == "dosage_form"


def to_be_used_for(policy: BeyondUsePolicy, reference: str) -> Formulation:
    """The first formulation with this policy, which rests on this reference."""
    return replace(FIRST, beyond_use=replace(FIRST.beyond_use, policy=policy, reference=reference))


@pytest.mark.parametrize(
    ("policy", "reference", "reason"),
    [
        (BeyondUseDays(days=180), " ", " "),
        (BeyondUseMonths(months=5), "", ""),
        (BeyondUseDays(days=181), STUDY, "The study covers it"),
    ],
)
def test_180_days_are_approved_as_they_are_and_more_with_a_study_and_a_reason(
    policy: BeyondUsePolicy, reference: str, reason: str
) -> None:
    require_approvable(to_be_used_for(policy, reference), "Berta Weiß", reason)


@pytest.mark.parametrize(
    ("policy", "length"), [(BeyondUseDays(days=181), "181 days"), (BeyondUseMonths(months=6), "6 months")]
)
@pytest.mark.parametrize(("reference", "reason"), [("", "The study covers it"), (STUDY, ""), (" ", " ")])
def test_more_than_180_days_are_not_approved_without_a_study_and_a_reason(
    policy: BeyondUsePolicy, length: str, reference: str, reason: str
) -> None:
    said = f"^A beyond-use date of {length} exceeds 180 days; give the study's reference and your reason.$"
    with pytest.raises(CompoundingError, match=said):
        require_approvable(to_be_used_for(policy, reference), "Berta Weiß", reason)


@pytest.mark.parametrize("name", ["", " "])
def test_nobody_approves_without_a_name(name: str) -> None:
    with pytest.raises(CompoundingError, match=r'^"name" is missing; it is needed here\.$'):
        require_approvable(FIRST, name, "The study covers a year")
