"""Each rule of the review on its own: the very sentence at its bound, and silence just inside of it.

Worked example E9, a hundred capsules of 4.5 mg in size 3: 121.5 mg a capsule, of
which the dose takes 4.5 ÷ 180 of the room; a rule sees them with one thing changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.beyond_use import DateLimit
from compounder.domain.batch.capsules import FillMethod
from compounder.domain.batch.figures import Figures
from compounder.domain.batch.order import BatchOrder, FormulationLimits, StrengthLine
from compounder.domain.batch.review import (
    all_of_the_mixture_is_filled,
    beyond_use_within_study,
    fill_is_plausible,
    filler_is_enough,
    ingredients_are_in_date,
    pack_statistics_are_measured,
    policy_limits_beyond_use,
    potency_is_corrected,
    size_was_chosen,
    strength_in_range,
    strength_is_asked_for,
    strength_is_usual,
)
from compounder.domain.batch.source import Tablets, TriturationLot
from compounder.domain.units import MASS, MASS_PER_CAPSULE, MassPerCapsule, parse_quantity
from tests.domain.orders import CELLULOSE, DIHYDRATE, HYDROCHLORIDE, an_active, an_order
from tests.domain.reviewed import FIGURES, ORDER, said


def doses(*texts: str) -> tuple[MassPerCapsule, ...]:
    return tuple(parse_quantity(f"{text} mg", MASS_PER_CAPSULE) for text in texts)


RANGE, USUAL = doses("0.1", "6"), doses("0.5", "1.5", "4.5")


def of_strength(text: str) -> Figures:
    (strength,) = doses(text)
    return replace(FIGURES, dose=replace(FIGURES.dose, line=StrengthLine(strength=strength, capsules=100)))


def with_fill(**changes: Any) -> Figures:
    return replace(FIGURES, dose=replace(FIGURES.dose, fill=replace(FIGURES.fill, **changes)))


def filled_to(milligrams: str) -> Figures:
    return with_fill(total=doses(milligrams)[0])


def limited(**limits: Any) -> BatchOrder:
    return replace(ORDER, formulation=FormulationLimits(**limits))


@pytest.mark.parametrize(
    ("strength", "sentence"),
    [
        ("0.09", "0.09 mg is outside this formulation, 0.1 mg to 6 mg."),
        ("0.1", None),
        ("6", None),
        ("6.1", "6.1 mg is outside this formulation, 0.1 mg to 6 mg."),
        ("15", "15 mg is outside this formulation, 0.1 mg to 6 mg. Ten times less is 1.5 mg."),
        ("0.045", "0.045 mg is outside this formulation, 0.1 mg to 6 mg. A hundred times more is 4.5 mg."),
        ("4500", "4,500 mg is outside this formulation, 0.1 mg to 6 mg. A thousand times less is 4.5 mg."),
    ],
)
def test_a_strength_is_within_its_range_to_the_very_ends(strength: str, sentence: str | None) -> None:
    order = limited(strength_range=RANGE, usual_strengths=USUAL)
    stopped = [("stop", "strength-out-of-range", sentence)] if sentence else []
    assert said(strength_in_range(order, of_strength(strength))) == stopped


@pytest.mark.parametrize(
    ("strength", "limits", "slip"),
    [
        ("0.1", RANGE, ""),
        ("6", RANGE, ""),
        ("0.15", RANGE, " Ten times more is 1.5 mg."),
        ("5", RANGE, " Ten times less is 0.5 mg."),
        ("7", (), ""),
        ("1.5", RANGE, None),
        ("0.09", RANGE, None),
        ("6.1", RANGE, None),
    ],
)
def test_a_strength_that_is_not_usual_is_decided_wherever_the_range_allows_it(
    strength: str, limits: tuple[MassPerCapsule, ...], slip: str | None
) -> None:
    sentence = (
        f"{strength} mg is not a usual strength of this formulation; check the prescription and give the reason.{slip}"
    )
    order = limited(strength_range=limits, usual_strengths=USUAL)
    expected = [] if slip is None else [("decide", "strength-not-usual", sentence)]
    assert said(strength_is_usual(order, of_strength(strength))) == expected


def test_a_formulation_that_names_no_strengths_has_nothing_to_say_of_them() -> None:
    assert said(strength_in_range(limited(), of_strength("60"))) == []
    assert said(strength_is_usual(limited(), of_strength("60"))) == []


@pytest.mark.parametrize(
    ("asked_for", "ordered", "is_said"),
    [
        (("1.5", "3"), ("4.5",), True),
        (("1.5", "4.5"), ("4.5",), False),
        (("1.5",), ("1.5", "4.5"), False),
        ((), ("4.5",), False),
    ],
)
def test_a_strength_nobody_is_short_of_beside_one_left_out_that_somebody_is(
    asked_for: Sequence[str], ordered: Sequence[str], *, is_said: bool
) -> None:
    lines = tuple(StrengthLine(strength=strength, capsules=100) for strength in doses(*ordered))
    order = replace(ORDER, strengths=lines, asked_for=doses(*asked_for))
    sentence = "Prescriptions are short of 1.5 mg, which is not ordered, and not of 4.5 mg; check the strength."
    expected = [("caution", "strength-not-asked-for", sentence)] if is_said else []
    assert said(strength_is_asked_for(order, FIGURES)) == expected


def test_everything_that_goes_in_is_in_date_through_its_last_day() -> None:
    def expiring(on: date) -> BatchOrder:
        return replace(
            ORDER,
            active=replace(ORDER.active, expires_on=on),
            filler=replace(ORDER.filler, expires_on=on),
            source=TriturationLot(name="S1", active_fraction=Decimal("0.1"), expires_on=on),
        )

    assert said(ingredients_are_in_date(expiring(date(2026, 11, 21)), FIGURES)) == []
    assert said(ingredients_are_in_date(expiring(date(2026, 11, 20)), FIGURES)) == [
        (
            "stop",
            "ingredient-expired",
            f"{name} expired on 20 Nov 2026, before the compounding day; choose another lot.",
        )
        for name in (HYDROCHLORIDE.capitalize(), CELLULOSE.capitalize(), "Trituration S1")
    ]


def test_the_room_for_filler_is_what_the_formulation_asks_for_or_more() -> None:
    """The dose of 4.5 mg takes 4.5 ÷ 180 = 2.5 % of the capsule, and leaves 97.5 %."""
    exactly, more = (limited(minimum_filler_fraction=Decimal(least)) for least in ("0.975", "0.98"))
    assert said(filler_is_enough(exactly, FIGURES)) == []
    assert said(filler_is_enough(ORDER, with_fill(room_taken=Decimal(1)))) == []
    for method, whole, advice in (
        (FillMethod.PACK_STATISTIC, "capsule", "Choose a larger size."),
        (FillMethod.DENSITY, "capsule", "Choose a larger size."),
        (FillMethod.MASS, "fill", "Plan a heavier fill."),
    ):
        sentence = f"The dose leaves 97 % of the {whole} for filler; the formulation asks for 98 %. {advice}"
        assert said(filler_is_enough(more, with_fill(method=method))) == [("caution", "little-filler", sentence)]


@pytest.mark.parametrize(
    ("total", "where"),
    [("67.49", "not half of"), ("67.5", ""), ("135", ""), ("155.25", ""), ("155.26", "far above")],
)
def test_a_fill_is_half_to_115_percent_of_the_volume_tapped(total: str, where: str) -> None:
    """Size 3 holds 0.30 mL × 0.45 g/mL = 135 mg; half is 67.5 mg, 115 % is 155.25 mg."""
    shown = {"67.49": "67.5 mg", "155.26": "155.3 mg"}.get(total, total)
    sentence = f"The fill of {shown} is {where} the 135.0 mg that size 3 holds tapped; check statistics and size."
    expected = [("caution", "implausible-fill", sentence)] if where else []
    assert said(fill_is_plausible(ORDER, filled_to(total))) == expected


def test_a_scaled_statistic_is_named_with_the_size_it_was_measured_at() -> None:
    sentence = f"The pack statistic of {CELLULOSE} is estimated from size 2; measure it at size 3."
    scaled = with_fill(estimated_from=((CELLULOSE, "2"),))
    assert said(pack_statistics_are_measured(ORDER, scaled)) == [("caution", "estimated-pack-statistic", sentence)]


def test_with_correction_off_both_masses_are_named() -> None:
    """450 mg as planned; 450 ÷ 0.9 = 500 mg by an assay of 90 %."""
    active = replace(ORDER.active, assay=Decimal("0.9"))
    off = replace(ORDER, correct_for_potency=False, active=active)
    sentence = "Potency correction is off: 450 mg is planned; corrected by the certificate it would be 500 mg."
    assert said(potency_is_corrected(off, FIGURES)) == [("caution", "potency-correction-off", sentence)]
    assert said(potency_is_corrected(replace(off, correct_for_potency=True), FIGURES)) == []
    fifty, whole = (parse_quantity(text, MASS) for text in ("50 mg", "140 mg"))
    tablets = Tablets(tablet_strength=fifty, mean_tablet_mass=whole)
    assert said(potency_is_corrected(replace(off, source=tablets), FIGURES)) == []


def test_with_correction_off_a_certificate_that_corrects_twice_is_said_to_have_no_corrected_mass() -> None:
    twice = an_active(substance=DIHYDRATE, assay_basis="anhydrous", water_percent="8.9")
    order = read(an_order(active=twice, correct_for_potency=False), BatchOrder)
    ((_, _, sentence),) = said(potency_is_corrected(order, FIGURES))
    assert sentence.startswith("Potency correction is off: 450 mg is planned; no corrected mass exists. ")


def test_an_expiry_before_the_date_of_the_policy_limits_it() -> None:
    policy = FIGURES.limits[0]
    assert policy.on == date(2027, 5, 19)  # 180 days, the day of compounding, 21 November 2026, being day 1
    expiry = DateLimit(on=date(2027, 5, 18), because=f"expiry of {CELLULOSE}")
    same_day, later = (replace(expiry, on=date(2027, 5, day)) for day in (19, 20))
    sentence = f"The expiry of {CELLULOSE} sets the beyond-use date, 18 May 2027; the policy alone gives 19 May 2027."
    assert said(policy_limits_beyond_use(ORDER, replace(FIGURES, limits=(policy, later, expiry)))) == [
        ("caution", "ingredient-limits-beyond-use-date", sentence)
    ]
    assert said(policy_limits_beyond_use(ORDER, replace(FIGURES, limits=(policy, same_day)))) == []


def test_a_date_beyond_day_360_is_beyond_the_data_of_the_study() -> None:
    """One year from 21 November 2026 by day 1 is 20 November 2027: day 360 is 15 November."""
    ends = [(replace(FIGURES.limits[0], on=date(2027, 11, day)),) for day in (15, 16)]
    on_360, on_361 = (said(beyond_use_within_study(ORDER, replace(FIGURES, limits=limits))) for limits in ends)
    sentence = "The stability study ends at day 360; this beyond-use date is day 361. Its authors propose one year."
    assert (on_360, on_361) == ([], [("note", "beyond-study-data", sentence)])


def test_a_size_that_the_order_left_open_is_said() -> None:
    left_open = replace(ORDER, capsule_size=None)
    sentence = "Size 3 was chosen: the smallest that holds dose and enough filler."
    assert said(size_was_chosen(left_open, FIGURES)) == [("note", "size-chosen", sentence)]
    assert said(size_was_chosen(left_open, with_fill(size=None))) == []
    assert said(size_was_chosen(ORDER, FIGURES)) == []


@pytest.mark.parametrize(
    ("mixed_for", "left_over"),
    [("110", "1,215.0 mg"), ("100.000000001", ""), ("100", "")],
)
def test_what_is_left_of_the_mixture_is_discarded(mixed_for: str, left_over: str) -> None:
    """Of 121.5 mg a capsule, for ten capsules 1,215 mg; nobody sees 0.00000012 mg."""
    dose = replace(FIGURES.dose, mixed_for=Decimal(mixed_for))
    sentence = f"{left_over} of the mixture is left over once 100 capsules are filled; discard it."
    expected = [("caution", "mixture-left-over", sentence)] if left_over else []
    assert said(all_of_the_mixture_is_filled(ORDER, replace(FIGURES, dose=dose))) == expected
