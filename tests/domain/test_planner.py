"""How an order is weighed: which ways there are, which is taken, and why the others lost. Masses worked out by hand.

One balance of u = 0.1 mg weighs from 20 mg. 10 mg of drug through 1:4 from 20 mg: the aliquot of 40 mg adds 0.25 %, the
drug ¾ × 0.5 %, the diluent 0.1 ÷ 80; twice the root of their squares is 0.935 %, and 40 mg of 80 are left over.
"""

from decimal import Decimal
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.planner import Weighed, choose_way
from compounder.domain.batch.scales import Bench, Scale
from compounder.domain.batch.ways import Making, Need, Search
from compounder.domain.errors import CompoundingError
from compounder.domain.units import MASS, percent_text, quantity_text
from tests.domain.orders import an_order

B1 = Scale("B1", step=Decimal("0.1"), least=Decimal(20), most=None, uncertainty=Decimal("0.1"))
UP_TO_200 = Scale("B1", step=Decimal("0.1"), least=Decimal(20), most=Decimal(200), uncertainty=Decimal("0.1"))
FROM_1000 = Scale("B2", step=Decimal(10), least=Decimal(1000), most=None, uncertainty=Decimal(5))
NEEDED = "when-needed"
IMPOSSIBLE = ("direct", "10.0 mg is below B1's minimum, 20 mg")
ADVICE = "200 capsules or a balance that weighs from 10 mg or a tolerance of 2 %"


def needs_of(*masses: str) -> list[Need]:
    """Batches by the milligrams of their drug, each with room for 1,000 mg of filler, or for what stands after `in`."""
    parts = (text.partition(" in ") for text in masses)
    return [Need(index, Decimal(drug), Decimal(room or 1000)) for index, (drug, _, room) in enumerate(parts)]


def chosen(
    *masses: str,
    mode: str,
    ratios: tuple[int, ...] = (4, 10, 20),
    target: str = "0.01",
    excess: str = "0",
    scales: tuple[Scale, ...] = (B1,),
    alternative: str | None = None,
) -> Weighed:
    """How a hundred capsules of each are weighed."""
    needs = needs_of(*masses)
    lines = [{"strength": f"{need.drug / 100} mg", "capsules": 100} for need in needs]
    changes: dict[str, Any] = {"strengths": lines, "trituration": mode, "alternative": alternative}
    order = read(an_order(**changes), BatchOrder)
    return choose_way(order, needs, Search(Bench(scales), ratios, Decimal(excess), Decimal(target)))


def told(weighed: Weighed) -> list[tuple[str, str]]:
    """Each way that was compared, and what is said of it."""
    return [(each.name, each.verdict) for each in weighed.alternatives]


def made(weighed: Weighed) -> list[tuple[list[int], tuple[int, ...], list[Decimal]]]:
    """Which batches through which ratios, from which masses."""
    return [([need.index for need in each.needs], each.parts, list(each.starts)) for each in weighed.makings]


def refused(*masses: str, **changes: Any) -> tuple[str, str]:
    with pytest.raises(CompoundingError) as refusal:
        chosen(*masses, **changes)
    return refusal.value.pointer, str(refusal.value)


@pytest.mark.parametrize("alternative", [None, "direct"])
def test_an_order_without_triturations_is_weighed_as_it_is(alternative: str | None) -> None:
    found = chosen("10", "90", mode="never", alternative=alternative)
    assert found == Weighed(makings=(Making(tuple(needs_of("10", "90"))),))


def test_an_order_without_triturations_has_no_other_way() -> None:
    sentence = '"one stock, 1:10" was read; "direct" is accepted.'
    assert refused("10", mode="never", alternative="one stock, 1:10") == ("/alternative", sentence)


def test_a_way_that_an_order_does_not_have_is_refused_with_two_that_it_has() -> None:
    named = 'a way of this order, such as "one trituration, 1:4" or "one trituration, 1:10",'
    assert refused("10", mode=NEEDED, alternative="by eye") == (
        "/alternative",
        f'"by eye" was read; {named} is accepted.',
    )


def test_what_can_be_weighed_as_it_is_is_compared_with_nothing() -> None:
    found = chosen("45", "90", mode=NEEDED)
    assert (made(found), told(found)) == ([([0, 1], (), [])], [("direct", "every mass is weighed as it is")])
    assert [(each.weighings, each.is_possible, each.is_taken) for each in found.alternatives] == [(4, True, True)]


def test_a_trituration_taken_by_choice_stands_beside_weighing_directly() -> None:
    found = chosen("45", mode=NEEDED, alternative="one trituration, 1:10")
    assert made(found) == [([0], (10,), [Decimal(45)])]
    assert told(found) == [
        ("direct", "preferred: every mass is weighed as it is"),
        ("one trituration, 1:4", "4 weighings, 2 are enough"),
        ("one trituration, 1:10", "taken by choice"),
        ("one trituration, 1:20", "4 weighings, 2 are enough"),
    ]
    assert [(each.is_possible, each.is_taken) for each in found.alternatives] == [
        (True, False),
        (True, False),
        (True, True),
        (True, False),
    ]


def test_the_figures_of_each_way_are_those_it_is_judged_by() -> None:
    shown = [
        (
            each.weighings,
            quantity_text(each.left_over, MASS),
            percent_text(round(each.uncertainty, 5)),
            each.is_possible,
        )
        for each in chosen("10", mode=NEEDED).alternatives
    ]
    assert shown == [
        (4, "40 mg", "0.935", True),
        (4, "100 mg", "0.927", True),
        (4, "200 mg", "0.957", True),
        (2, "0 mg", "2", False),
    ]


SMALL = [
    ("one trituration, 1:4", "fewest weighings within 1 %"),
    ("one trituration, 1:10", "leaves 100.0 mg over, 40.0 mg is possible"),
    ("one trituration, 1:20", "leaves 200.0 mg over, 40.0 mg is possible"),
]


@pytest.mark.parametrize(
    ("masses", "target", "ways"),
    [
        (["10"], "0.01", [*SMALL, IMPOSSIBLE]),
        (
            ["10"],
            "0.005",
            [
                ("one trituration, 1:10", "fewest weighings within 0.5 %"),
                ("one trituration, 1:20", "leaves 600.0 mg over, 300.0 mg is possible"),
                ("one trituration, 1:4", "misses 0.5 %"),
                IMPOSSIBLE,
            ],
        ),
        (
            ["10", "15"],
            "0.01",
            [
                ("one stock, 1:10", "fewest weighings within 1 %"),
                ("one stock, 1:20", "larger uncertainty"),
                ("one stock, 1:4", "larger uncertainty"),
                ("a trituration for each batch", "8 weighings, 6 are enough"),
                IMPOSSIBLE,
            ],
        ),
        (
            ["10", "90"],
            "0.01",
            [
                ("one stock, 1:10", "fewest weighings within 1 %"),
                ("one stock, 1:4", "larger uncertainty"),
                ("one trituration, 1:4", "leaves 40.0 mg over, 0.0 mg is possible"),
                ("one trituration, 1:10", "leaves 100.0 mg over, 0.0 mg is possible"),
                ("one trituration, 1:20", "leaves 200.0 mg over, 0.0 mg is possible"),
                ("a trituration for each batch", "8 weighings, 6 are enough"),
                IMPOSSIBLE,
            ],
        ),
        (
            ["10", "15", "90"],
            "0.01",
            [
                ("one stock, 1:10", "fewest weighings within 1 %"),
                ("one stock, 1:4", "larger uncertainty"),
                ("one stock where needed, 1:10", "larger uncertainty"),
                ("one stock where needed, 1:20", "larger uncertainty"),
                ("one stock where needed, 1:4", "larger uncertainty"),
                ("a trituration where needed", "10 weighings, 8 are enough"),
                ("a trituration for each batch", "12 weighings, 8 are enough"),
                IMPOSSIBLE,
            ],
        ),
    ],
)
def test_every_way_says_why_it_was_taken_or_lost(masses: list[str], target: str, ways: list[tuple[str, str]]) -> None:
    found = chosen(*masses, mode=NEEDED, target=target)
    assert told(found) == ways
    assert [each.is_taken for each in found.alternatives] == [True] + [False] * (len(ways) - 1)


def test_where_no_way_meets_the_target_the_most_certain_is_taken() -> None:
    (taken, other, *_, _) = told(chosen("10", mode=NEEDED, ratios=(10, 20), target="0.0001"))
    assert taken == ("one trituration, 1:20", "smallest uncertainty; none meets 0.01 %")
    assert other == ("one trituration, 1:10", "larger uncertainty")


def test_a_way_that_just_meets_the_target_meets_it() -> None:
    """Through 1:3 from 20 mg: 0.1 ÷ 30, ⅔ × 0.1 ÷ 20 and 0.1 ÷ 60 are as 2 to 2 to 1; twice their root is 1 %."""
    assert told(chosen("10", mode="each", ratios=(3,))) == [("one trituration, 1:3", "fewest weighings within 1 %")]


def test_eight_ways_are_shown_and_the_one_taken_is_always_among_them() -> None:
    ratios = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
    found = chosen("10", mode="each", ratios=ratios, alternative="one trituration, 1:20")
    names = [name.removeprefix("one trituration, ") for name, _ in told(found)]
    assert names == ["1:3", "1:4", "1:5", "1:6", "1:8", "1:10", "1:12", "1:20"]
    assert told(found)[0][1] == "preferred: fewest weighings within 1 %"
    first = chosen("10", mode="each", ratios=ratios)
    assert [name.removeprefix("one trituration, ") for name, _ in told(first)] == [*names[:-1], "1:15"]


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("each", ["a trituration for each batch"]),
        ("shared", ["one stock, 1:10", "one stock, 1:20", "one stock, 1:4"]),
    ],
)
def test_a_trituration_that_is_asked_for_is_made_of_the_kind_that_is_asked_for(mode: str, names: list[str]) -> None:
    assert [name for name, _ in told(chosen("10", "15", mode=mode))] == names


def test_where_only_some_need_a_trituration_the_others_are_weighed_as_they_are() -> None:
    found = chosen("10", "15", "90", mode=NEEDED, alternative="a trituration where needed")
    assert made(found) == [([0], (4,), [Decimal(20)]), ([1], (4,), [Decimal(20)]), ([2], (), [])]
    stock = chosen("10", "15", "90", mode=NEEDED, alternative="one stock where needed, 1:10")
    assert made(stock) == [([0, 1], (10,), [Decimal(25)]), ([2], (), [])]


def test_a_batch_that_nothing_weighs_is_told_what_would_help_and_leaves_the_others_their_way() -> None:
    found = chosen("10", "1 in 20", "90", mode=NEEDED)
    assert made(found) == [([0, 2], (10,), [Decimal(100)]), ([1], (), [])]
    assert found.advice == {1: ADVICE}
    assert told(found) == told(chosen("10", "90", mode=NEEDED))


def test_where_nothing_is_weighable_every_batch_is_told_what_would_help() -> None:
    found = chosen("1 in 20", mode=NEEDED)
    assert (made(found), found.advice, told(found)) == ([([0], (), [])], {0: ADVICE}, [])


@pytest.mark.parametrize(
    ("mode", "masses", "stages"),
    [
        ("each", ["0.5 in 9.5", "0.6 in 11.9", "0.4 in 7.5"], [([0], (20,)), ([1], (20,)), ([2], (10,))]),
        ("shared", ["0.5 in 9.5", "0.4 in 7.5"], [([0, 1], (10,))]),
    ],
)
def test_a_trituration_that_cannot_be_weighed_is_the_most_diluted_that_the_capsules_hold(
    mode: str, masses: list[str], stages: list[tuple[list[int], tuple[int, ...]]]
) -> None:
    found = chosen(*masses, mode=mode)
    assert made(found) == [(*stage, [Decimal(20)]) for stage in stages]
    assert (set(found.advice), told(found)) == (set(range(len(masses))), [])


def test_a_trituration_that_cannot_be_weighed_is_enough_for_its_aliquot_and_the_excess() -> None:
    """An aliquot of 120 mg leaves 10 mg of filler, which nothing weighs; half as much again is 180 mg, from 45 mg."""
    found = chosen("30 in 100", mode="each", ratios=(4,), excess="0.5")
    assert made(found) == [([0], (4,), [Decimal(45)])]


def test_a_trituration_that_starts_from_more_than_any_balance_carries_starts_from_it_all_the_same() -> None:
    up_to_40 = Scale("B1", step=Decimal("0.1"), least=Decimal(20), most=Decimal(40), uncertainty=Decimal("0.1"))
    found = chosen("30 in 100", mode="each", ratios=(4,), excess="0.5", scales=(up_to_40,))
    assert made(found) == [([0], (4,), [Decimal(45)])]


def test_an_aliquot_that_the_capsules_do_not_hold_is_refused_for_the_strength_that_lacks_most() -> None:
    sentence = (
        "A 1:4 aliquot brings 90.0 mg of diluent to 0.3 mg; its capsules take 60.0 mg of filler. Take a stronger one."
    )
    assert refused("10 in 25", "30 in 60", mode="shared") == ("/ratios", sentence)


@pytest.mark.parametrize(
    ("masses", "scales", "obstacle"),
    [
        (["10"], (B1,), "10.0 mg is below B1's minimum, 20 mg"),
        (["10 in 2000"], (UP_TO_200, FROM_1000), "10.0 mg is below B1's minimum, 20 mg"),
        (["60 in 250"], (UP_TO_200,), "250.0 mg is above B1's capacity, 200 mg"),
        (["100 in 2000", "500 in 6000"], (UP_TO_200, FROM_1000), "500.0 mg is above B1's capacity, 200 mg"),
    ],
)
def test_the_smallest_mass_that_no_balance_admits_stands_in_the_way_of_weighing_directly(
    masses: list[str], scales: tuple[Scale, ...], obstacle: str
) -> None:
    (*_, direct) = chosen(*masses, mode=NEEDED, ratios=(2, 4, 10), scales=scales).alternatives
    assert (direct.name, direct.verdict, direct.is_taken, direct.is_possible) == ("direct", obstacle, False, False)
