"""Recovery: the plan revised to drug that was weighed over its window, by hand and for any reading."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compounder.codec.converter import read
from compounder.codec.documents import canonical, from_stored
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.recovery import (
    Overweighed,
    RecoveryWay,
    Revised,
    capsules_mixed,
    left_over_of,
    one_strength,
    recoveries,
)
from compounder.domain.batch.weighing import Role
from compounder.domain.units import MASS, MASS_PER_CAPSULE, magnitude
from tests.domain.orders import Document, an_active, an_order, plan_order, refusals
from tests.domain.overweighed import because, both, exact, of_two_lots, over, revised, to_weigh

A_PICOGRAM = Fraction(1, 10**9)
E10: Document = {"active": an_active(assay_percent="99.2", assay_basis="anhydrous", water_percent="1.6")}


def test_more_powder_makes_more_capsules_of_the_same_content() -> None:
    """E10 with 503.0 mg: 503.0 × 0.976128 ÷ 4.5 = 109.1, so 109 capsules, each 4.6100511 mg of powder."""
    found = over("503.0 mg", **E10)
    plan = revised(both(found)[0])
    powder = Fraction("4.5") / (Fraction("0.992") * (1 - Fraction("0.016")))
    filler = 120 * (1 - powder / 180)
    assert Fraction("503.0") / powder // 1 == plan.capsules_to_make == 109
    for mass, by_hand in zip(exact(plan), (109 * powder, 109 * filler), strict=True):
        assert abs(mass - by_hand) < A_PICOGRAM
    assert to_weigh(plan) == ["502.5 mg", "12,745.0 mg"]
    assert (plan.capsules_ordered, plan.capsule_size, left_over_of(plan).magnitude) == (100, "3", 0)
    assert plan.fill_per_capsule == found.plan.fill_per_capsule


def test_more_filler_leaves_as_many_capsules_of_the_same_fill_and_a_rest() -> None:
    """E10 with 503.0 mg: the mixture is for 503.0 ÷ 4.61005… = 109.109… capsules; 9.109… fills are left over."""
    plan = revised(both(over("503.0 mg", **E10))[1])
    powder = Fraction("4.5") / (Fraction("0.992") * (1 - Fraction("0.016")))
    filler = 120 * (1 - powder / 180)
    enough_for = Fraction("503.0") / powder
    for mass, by_hand in zip(exact(plan), (Fraction("503.0"), enough_for * filler), strict=True):
        assert abs(mass - by_hand) < A_PICOGRAM
    left = Fraction(magnitude(left_over_of(plan), MASS))
    assert abs(left - (enough_for - 100) * (powder + filler)) < A_PICOGRAM
    assert (plan.capsules_to_make, to_weigh(plan)) == (100, ["503.0 mg", "12,757.8 mg"])
    (caution,) = [each for each in plan.findings if each.code == "mixture-left-over"]
    assert caution.message == "1,107.1 mg of the mixture is left over once 100 capsules are filled; discard it."


def test_of_few_capsules_the_rest_is_mixed_rather_than_filled_too_strong() -> None:
    """Ten of 4.5 mg: 53 mg is enough for 11.78; 11 of them would hold 7 % more than they should."""
    plan = revised(both(over("53.0 mg", capsules=10))[0])
    assert (plan.capsules_to_make, to_weigh(plan)[0]) == (11, "53.0 mg")
    left = magnitude(left_over_of(plan), MASS)
    assert 0 < left < magnitude(plan.fill_per_capsule, MASS_PER_CAPSULE)


def test_an_exact_number_of_capsules_is_not_one_less() -> None:
    """495 ÷ 4.5 = 110 and 110.7 ÷ 0.9 = 123, whatever the last digit of a quotient is."""
    assert revised(both(over("495.0 mg"))[0]).capsules_to_make == 110
    assert revised(both(over("110.7 mg", strength="0.9 mg", capsules=120))[0]).capsules_to_make == 123


TO_A_HUNDREDTH: Document = {"name": "B1", "readability": "0.01 mg", "repeatability": "0.02 mg"}


@pytest.mark.parametrize(("reading", "capsules", "planned"), [("18.44 mg", 4, "18.44 mg"), ("18.40 mg", 4, "18.44 mg")])
def test_powder_that_a_hair_lacks_of_one_capsule_more_makes_it(reading: str, capsules: int, planned: str) -> None:
    """4 × 4.5 ÷ 0.976128 = 18.4402 mg: 18.44 mg is enough for 3.99996 capsules, and 4 want from 18.26 to 18.62 mg."""
    found = over(reading, strength="4.5 mg", capsules=3, balances=[TO_A_HUNDREDTH], **E10)
    plan = revised(both(found)[0])
    assert (plan.capsules_to_make, to_weigh(plan)[0], left_over_of(plan).magnitude) == (capsules, planned, 0)


def test_powder_that_more_than_the_tolerance_lacks_of_one_capsule_more_is_all_mixed() -> None:
    found = over("18.20 mg", strength="4.5 mg", capsules=2, balances=[TO_A_HUNDREDTH], **E10)
    plan = revised(both(found)[0])
    assert (plan.capsules_to_make, to_weigh(plan)[0]) == (3, "18.20 mg")


def test_a_whole_number_of_capsules_that_the_powder_is_nearer_to_is_made() -> None:
    """E10: 507.0 mg is enough for 109.98 capsules. 109 of it would hold 0.9 % too much; 110 want 507.1 mg."""
    plan = revised(both(over("507.0 mg", **E10))[0])
    assert (plan.capsules_to_make, to_weigh(plan)[0]) == (110, "507.1 mg")


def test_powder_for_no_whole_capsule_more_grows_the_filler_only() -> None:
    more_capsules, more_filler = both(over("46.0 mg", capsules=10))
    assert because(more_capsules) == "The powder is enough for 10 whole capsules, no more than the plan makes."
    assert revised(more_filler).capsules_to_make == 10


def test_more_than_half_as_much_again_is_not_recovered() -> None:
    for found in both(over("700.0 mg")):
        said = "The powder is enough for 155 capsules; at most 150 are made for an order of 100."
        assert because(found) == said


def lot(free: str) -> Document:
    return {"lot_id": "1", "lot_number": "MCC-118", "maker": "Crème", "status": "in-use", "free": free}


def test_a_way_that_the_filler_in_stock_does_not_reach_says_so() -> None:
    filler = an_order()["filler"] | {"lot": lot("11.7 g")}
    for found in both(over("495.0 mg", filler=filler)):
        assert "12.87 g of lot MCC-118; 11.7 g is free" in because(found)


def test_the_reason_of_a_way_is_that_of_its_own_plan() -> None:
    """503.0 mg: 112 capsules want 13.104 g of filler; all of it mixed, for 111.8 capsules' worth of drug, 13.08 g."""
    filler = an_order()["filler"] | {"lot": lot("11.7 g")}
    more_capsules, more_filler = both(over("503.0 mg", filler=filler))
    assert because(more_capsules) == (
        "The plan needs 13.104 g of lot MCC-118; 11.7 g is free. "
        "Receive or free some of that lot, or discard the drug and weigh it anew."
    )
    assert "13.078 g of lot MCC-118" in because(more_filler)


def test_a_way_that_no_balance_carries_says_so() -> None:
    balances = [{"name": "B1", "readability": "0.1 mg", "repeatability": "0.1 mg", "capacity": "12 g"}]
    for found in both(over("495.0 mg", balances=balances)):
        assert "above B1's capacity, 12,000 mg" in because(found)


def test_filler_that_is_weighed_already_and_too_little_stands_in_the_way() -> None:
    for found in both(over("495.0 mg", "11700.0 mg")):
        assert because(found).startswith("Microcrystalline cellulose is weighed already, 11,700.0 mg; the revised plan")


def test_what_the_second_lot_gives_too_much_makes_more_capsules_of_both() -> None:
    """200.4 mg + 0.8 × 350 mg = 480.4 mg of pure powder: 106.76 capsules of 4.5 mg, nearly 107."""
    found = of_two_lots("350.0 mg", "200.4 mg", line=1)
    assert abs(found.enough_for - Decimal("480.4") / Decimal("4.5")) < Decimal("1e-12")
    more_capsules, more_filler = (revised(each) for each in both(found))
    assert [more_capsules.capsules_to_make, more_filler.capsules_to_make] == [107, 100]
    assert to_weigh(more_capsules)[:2] == ["200.4 mg", "351.4 mg"]
    assert to_weigh(more_filler)[:2] == ["200.4 mg", "350.0 mg"]
    assert abs(capsules_mixed(more_filler) - found.enough_for) < Decimal("1e-12")


def test_what_the_first_lot_gives_too_much_is_added_to_what_the_second_will_give() -> None:
    """230 mg + 0.8 × 312.5 mg = 480 mg of pure powder: 106.67 capsules; of 107 the second gives (481.5 − 230) ÷ 0.8."""
    more_capsules, more_filler = (revised(each) for each in both(of_two_lots("230.0 mg")))
    assert (more_capsules.capsules_to_make, to_weigh(more_capsules)[:2]) == (107, ["230.0 mg", "314.4 mg"])
    assert (more_filler.capsules_to_make, to_weigh(more_filler)[:2]) == (100, ["230.0 mg", "312.5 mg"])


def test_a_second_lot_that_is_weighed_already_has_to_fit_too() -> None:
    """230 mg + 0.8 × 330 mg = 494 mg: 109.78 capsules. For 110 the second gives 331.3 mg, and 330.0 mg fits that."""
    plan = revised(both(of_two_lots("230.0 mg", "330.0 mg"))[0])
    assert (plan.capsules_to_make, to_weigh(plan)[:2]) == (110, ["230.0 mg", "331.3 mg"])
    assert left_over_of(plan).magnitude == 0


def test_what_one_lot_gives_of_an_order_of_two_is_recovered_from_it() -> None:
    lines = [{"strength": text, "capsules": 100} for text in ("1.5 mg", "3 mg", "4.5 mg")]
    following = {"powder": an_active(assay_percent="80"), "first_gives": "300 mg"}
    alone = over("165.0 mg", strengths=lines, next_active=following)
    plan = revised(both(alone)[0])
    assert (plan.capsules_to_make, [each.role for each in plan.weighings]) == (110, [Role.ACTIVE, Role.FILLER])
    of_the_second = over("600.0 mg", strengths=lines, next_active=following, index=2)
    assert "second lot of its order alone" in because(both(of_the_second)[0])


def from_a_trituration(reading: str, **changes: Any) -> Overweighed:
    """100 capsules of 0.5 mg from a trituration in stock of one part in ten: 500 mg of it."""
    source = {"name": "261121A003G", "active_fraction": "0.1", "expires_on": "2027-05-19"}
    return over(reading, strength="0.5 mg", source=source, **changes)


def test_an_aliquot_that_is_over_is_recovered_with_the_diluent_in_it() -> None:
    """550.5 mg of one part in ten holds 55.05 mg: 110.1 capsules. Their fill is 120.1666… mg each, all in all."""
    more_capsules, more_filler = (revised(each) for each in both(from_a_trituration("550.5 mg")))
    fill = Fraction(1, 2) + 120 * (1 - Fraction(1, 360))
    assert (more_capsules.capsules_to_make, to_weigh(more_capsules)[0]) == (110, "550.0 mg")
    assert abs(sum(exact(more_capsules)) - 110 * fill) < A_PICOGRAM
    assert (more_filler.capsules_to_make, to_weigh(more_filler)[0]) == (100, "550.5 mg")
    assert abs(sum(exact(more_filler)) - Fraction("110.1") * fill) < A_PICOGRAM


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(("0.5 mg", "1.5 mg", "4.5 mg")),
    st.integers(40, 400),
    st.integers(1_011, 1_480),
    st.sampled_from((an_active(), E10["active"], an_active(assay_percent="73.3"))),
)
def test_after_a_recovery_every_mass_agrees_with_the_plan_and_the_reading_with_its_window(
    strength: str, capsules: int, per_mille: int, active: Document
) -> None:
    order = read(an_order(strength, capsules, active=active), BatchOrder)
    before = plan_order(order)[0]
    planned = Fraction(magnitude(before.weighings[0].exact, MASS))
    tenths = int(planned * per_mille / 1000 * 10) + 1
    found = over(f"{Decimal(tenths) / 10} mg", strength=strength, capsules=capsules, active=active)
    ways = [each for each in recoveries(found) if isinstance(each, Revised)]
    for each in ways:
        plan, potency = each.plan, Fraction(each.plan.potency)
        drug, filler = exact(plan)
        per_capsule = Fraction(magnitude(plan.active_per_capsule, MASS_PER_CAPSULE))
        mixed_for = drug / per_capsule
        assert abs(filler - mixed_for * Fraction(magnitude(plan.filler_per_capsule, MASS_PER_CAPSULE))) < A_PICOGRAM
        left = Fraction(magnitude(left_over_of(plan), MASS))
        fill = Fraction(magnitude(plan.fill_per_capsule, MASS_PER_CAPSULE))
        assert abs(drug + filler - plan.capsules_to_make * fill - left) < 2 * Fraction(1, 10**6)
        assert (plan.active_per_capsule, plan.fill_per_capsule) == (before.active_per_capsule, before.fill_per_capsule)
        reading = Fraction(tenths, 10)
        content = reading * potency / mixed_for
        assert abs(content / Fraction(strength.removesuffix(" mg")) - 1) <= Fraction("0.0101")
        assert plan.capsules_to_make >= before.capsules_to_make
        kept = from_stored(canonical(each.order), BatchOrder)
        assert canonical(plan_order(kept)[0]) == canonical(plan)
    assert RecoveryWay.MORE_FILLER in [each.way for each in ways]


def test_an_order_that_was_never_revised_is_written_as_it_was_before_there_were_recoveries() -> None:
    order = read(an_order(), BatchOrder)
    assert "as_weighed" not in canonical(order)
    found = both(over("495.0 mg"))[0]
    assert isinstance(found, Revised)
    assert "as_weighed" in canonical(found.order)
    assert canonical(replace(found.order, as_weighed=None)) == canonical(one_strength(order, plan_order(order)[0]))


@pytest.mark.parametrize(
    ("as_weighed", "said"),
    [
        ({"weighed": "495 mg", "capsules_to_make": 99}, "100 to 150"),
        ({"weighed": "495 mg", "capsules_to_make": 151}, "100 to 150"),
        ({"weighed": "0 mg", "capsules_to_make": 110}, "above 0"),
    ],
)
def test_an_order_revised_beyond_the_bounds_is_refused(as_weighed: Document, said: str) -> None:
    assert said in str(refusals(an_order(as_weighed=as_weighed))[0])


def test_only_an_order_of_one_strength_is_revised() -> None:
    lines = [{"strength": text, "capsules": 100} for text in ("1.5 mg", "3 mg")]
    revised_order = an_order(strengths=lines, as_weighed={"weighed": "495 mg", "capsules_to_make": 110})
    assert refusals(revised_order)
