"""Where a recovery ends: at the most capsules, at what was weighed before, at the other jar; and what a plan mixes."""

from decimal import Decimal

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.recovery import left_over, one_strength
from compounder.domain.batch.source import Triturating
from compounder.domain.units import MASS, of, parse_mass, quantity_text
from tests.domain.orders import Document, an_order, plan_order
from tests.domain.overweighed import a_second_lot, because, both, of_two_lots, over, revised, to_weigh


@pytest.mark.parametrize(
    ("mixed", "left"),
    [
        ("100", "0 mg"),
        ("100.0000009", "0 mg"),
        ("100.000001", "0.000001 mg"),
        ("102.5", "2.5 mg"),
        ("99", "0 mg"),
    ],
)
def test_what_fills_no_capsule_is_left_over_down_to_a_nanogram(mixed: str, left: str) -> None:
    """Fifty capsules of 2 mg."""
    masses = [parse_mass("60 mg"), of(Decimal(mixed) - 60, MASS.unit)]
    assert quantity_text(left_over(masses, parse_mass("2 mg"), 50), MASS) == left


def test_as_much_as_half_again_is_recovered_and_a_capsule_more_is_not() -> None:
    """675 ÷ 4.5 = 150 and 679.5 ÷ 4.5 = 151; 674.9 mg is nearer to 150 capsules than to 149."""
    for reading in ("675.0 mg", "674.9 mg"):
        plan = revised(both(over(reading))[0])
        assert (plan.capsules_to_make, to_weigh(plan)[0]) == (150, "675.0 mg")
    for found in both(over("679.5 mg")):
        said = "The powder is enough for 151 capsules; at most 150 are made for an order of 100."
        assert because(found) == said


def test_what_each_capsule_holds_by_the_drug_as_weighed() -> None:
    """495 mg is enough for 110 capsules of 4.5 mg: a tenth too much in each of 100, unless the filler grows with it."""
    found = over("495.0 mg")
    more_capsules, more_filler = (revised(each) for each in both(found))
    shares = [found.share_by(plan) for plan in (found.plan, more_capsules, more_filler)]
    assert [round(share, 12) for share in shares] == [Decimal("1.1"), 1, 1]


def test_a_batch_is_recovered_in_the_size_and_by_the_way_of_its_own_plan() -> None:
    order = read(an_order(capsule_size=None, trituration="when-needed", alternative="direct"), BatchOrder)
    (plan,) = plan_order(order)
    alone = one_strength(order, plan)
    assert (order.capsule_size, alone.capsule_size) == (None, "3")
    assert (alone.trituration, alone.alternative) == (Triturating.NEVER, None)


def test_a_reading_that_stands_in_the_way_is_told_with_the_window_of_all_the_powder_mixed() -> None:
    """110 × 117 mg of filler, and a hundredth of it less and more."""
    for found in both(over("495.0 mg", "11700.0 mg")):
        said = "Microcrystalline cellulose is weighed already, 11,700.0 mg; the revised plan accepts"
        assert because(found) == f"{said} 12,741.3 mg to 12,998.7 mg."


def test_a_count_that_would_leave_a_lot_out_that_the_plan_has_is_passed_over() -> None:
    """Ten of 100 mg: 1,105 mg of the first lot, and 0.8 × 37.5 mg of the second, are enough for 11.35 capsules. Eleven
    want nothing of the second lot; twelve want 0.8 × 118.75 mg of it."""
    found = over("1105.0 mg", strength="100 mg", capsules=10, next_active=a_second_lot("970 mg"))
    plan = revised(both(found)[0])
    assert (plan.capsules_to_make, to_weigh(plan)[:2]) == (12, ["1,105.0 mg", "118.8 mg"])


def test_a_second_lot_that_takes_too_much_room_is_no_way() -> None:
    """Ten of 160 mg: with 1,000 mg of the first lot, pure, and 2,500 of the second, of 80 %, a dose of 187 mg."""
    lots: Document = {"strength": "160 mg", "capsules": 10, "next_active": a_second_lot("1000 mg")}
    for found in both(over("2500.0 mg", "1000.0 mg", line=1, **lots)):
        assert because(found).startswith("A size 3 capsule does not hold 160 mg: overfilled by 3.")


def test_a_plan_of_more_capsules_than_are_recovered_is_not_filled_up() -> None:
    """101 and half as many, rounded up, are 152, one more than a recovery makes; 20.5 + 0.8 × 822 mg is for 150.7."""
    lots: Document = {"extra_capsules": {"percent": "50"}, "next_active": a_second_lot("20 mg")}
    more_capsules, more_filler = both(over("20.5 mg", "822.0 mg", capsules=101, **lots))
    assert because(more_capsules) == "The powder is enough for 150 whole capsules, no more than the plan makes."
    assert because(more_filler) == "152 was read; 101 to 151 is accepted."


def test_each_line_of_the_drug_is_told_with_its_reading() -> None:
    found = of_two_lots("350.0 mg", "200.4 mg", line=1)
    assert [quantity_text(mass, MASS) for mass in found.weights] == ["200.4 mg", "350 mg"]
    unread = of_two_lots("230.0 mg")
    assert [quantity_text(mass, MASS) for mass in unread.weights] == ["230 mg", "312.5 mg"]
