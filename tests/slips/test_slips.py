"""The slips of `bench.slips`: what the capsules hold, what a slip meets, and that a run tells all of it."""

import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from bench.slips.counter import filled_from
from bench.slips.keys import PLACES, times_ten
from bench.slips.kinds import TYPED, misread
from bench.slips.orders import ORDERS, Order
from bench.slips.papers import PASSED, Met
from bench.slips.reckoning import HYDROCHLORIDE, Filled, Powder, filled, planned, readings
from bench.slips.report import Line, Run, report
from bench.slips.running import drawn, opened, part
from bench.slips.second import COMMON_CAUSE
from bench.slips.shop import Shop
from bench.slips.slip import Act, Slip, Step, by_papers, on_paper, weighed
from bench.slips.valid import a_right_order, false_alarm
from bench.slips.walk import walked
from bench.slips.weighing import at_the_bench

SEED = 11


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A pharmacy with its jars, for every slip of this module."""
    with opened() as found:
        yield found


def of_drug(number: str) -> Order:
    """The first order from this jar."""
    return next(order for order in ORDERS if order.drug == number)


def through_a_trituration(shop: Shop) -> Order:
    """The first order that has one."""
    return next(order for order in ORDERS if shop.trituration(order, 0))


def test_there_are_fifty_orders_and_none_of_them_alike() -> None:
    assert len({str(order.texts) for order in ORDERS}) == len(ORDERS) >= 50


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_an_order_without_a_slip_fills_each_capsule_with_what_is_prescribed(order: Order) -> None:
    found = [by_papers(order, order.texts, row) for row in range(len(order.strengths))]
    assert [each.content for each in found] == list(order.prescribed)
    assert {each.share for each in found} == {1}


def test_a_capsule_of_the_worked_example_holds_its_dose() -> None:
    """E9: 4.5 mg of pure drug at 180 mg take 4.5 ÷ 180 of the room; 117 mg of filler at 120 mg the rest."""
    drug, filler = Powder(Fraction(1), Fraction(1, 180)), Powder(Fraction(0), Fraction(1, 120))
    assert planned(Fraction("4.5"), drug, filler) == (Fraction("4.5"), Fraction(117))
    assert filled(drug, Fraction("4.5"), filler, Fraction(117)) == Filled(
        Fraction("4.5"), Fraction("121.5"), Fraction(1)
    )
    half = filled(drug, Fraction("4.5"), filler, Fraction(117, 2))
    assert half.content == Fraction("4.5") / (Fraction(1, 40) + Fraction(39, 80))


def test_a_comma_is_read_both_ways_and_the_worse_counts() -> None:
    assert list(readings("1,5 mg")) == ["1,5 mg", "15 mg"]
    slip = on_paper("a comma", of_drug("NTX-1"), {"order.strengths-0-strength": "1,5 mg"})
    assert slip.effect[0]
    assert slip.effect[0].content == 15


def powers(order: Order, shop: Shop) -> Iterator[Slip]:
    """Every figure of the order ten, a hundred and a thousand times too large and too small."""
    for places in PLACES:
        for name in (*TYPED, "order.strengths-0-strength"):
            typed = order.texts.get(name, "")
            if len(typed.split()) in (1, 2):
                figure, _, unit = typed.partition(" ")
                yield on_paper("x", order, {name: f"{times_ten(figure, places)} {unit}".strip()})
            elif typed.startswith("3: "):
                yield on_paper("x", order, {name: f"3: {times_ten(typed.split()[1], places)} mg"})
        for step, typed in shop.readings(order, 0).items():
            figure, unit = typed.split()
            yield misread("x", order, shop, 0, step, f"{times_ten(figure, places)} {unit}")


@pytest.mark.parametrize("number", ["NTX-1", "DIH-1", "TAB-50", ""])
def test_no_power_of_ten_in_any_figure_gets_past_one_person(shop: Shop, number: str) -> None:
    order = of_drug(number) if number else through_a_trituration(shop)
    slips = [slip for slip in powers(order, shop) if slip.moved]
    met = [walked(shop, slip, random.Random(SEED)) for slip in slips]
    assert [each.slip.told for each in met if not each.alone.met] == []
    assert len(met) > 2 * len(PLACES)


def test_the_base_received_as_the_salt_is_refused_by_its_cas_number(shop: Shop) -> None:
    slip = on_paper("salt for base", of_drug("BASE-1"), {"drug.substance": HYDROCHLORIDE})
    met = walked(shop, slip, random.Random(SEED)).alone
    assert (met.met, met.step) == (Met.REFUSED, "receiving")
    assert "16590-41-3 is naltrexone, and naltrexone hydrochloride is chosen" in met.said


def test_where_no_cas_number_is_printed_the_second_person_finds_the_salt(shop: Shop) -> None:
    unsaid = {"drug.substance": HYDROCHLORIDE, "drug.cas_number": "none"}
    slip = on_paper("salt for base", of_drug("BASE-1"), unsaid)
    found = [walked(shop, slip, random.Random(seed)) for seed in range(3)]
    assert {each.alone.met.name for each in found} == {"PASSED"}
    assert min(random.Random(seed).random() for seed in range(3)) > COMMON_CAUSE
    assert {each.passes_both for each in found} == {False}


def test_a_vessel_that_is_not_tared_is_refused_at_the_bench_and_at_the_mortar(shop: Shop) -> None:
    order = through_a_trituration(shop)
    for step in (Step.START, Step.DRUG):
        tared, untared = Act(step), Act(step, tared="500.0 mg")
        slip = weighed("gross for net", order, 0, untared, "", by_papers(order, order.texts, 0))
        assert at_the_bench(shop, slip, tared) is PASSED
        assert "B1 shows 500.0 mg with the empty vessel" in at_the_bench(shop, slip, untared).said


def test_another_strength_made_ahead_fills_no_prescription_of_what_was_meant(shop: Shop) -> None:
    order = next(each for each in ORDERS if each.is_for_the_shelf and not shop.trituration(each, 0))
    other = "2 mg" if order.strengths[0] != "2 mg" else "3 mg"
    slip = on_paper("wrong strength row", order, {"order.strengths-0-strength": other})
    met = walked(shop, slip, random.Random(SEED)).alone
    assert (met.met, met.step) == (Met.REFUSED, "dispensing")
    assert f"capsules of {order.strengths[0]} are wanted and 0 are there" in met.said


def test_what_is_made_as_meant_fills_its_prescription(shop: Shop) -> None:
    order = next(each for each in ORDERS if each.is_for_the_shelf and not shop.trituration(each, 0))
    assert filled_from(shop, order, 0, shop.usual(order)) is PASSED


def test_another_jar_and_another_balance_are_refused_at_the_mortar(shop: Shop) -> None:
    order = through_a_trituration(shop)
    coarse = misread("wrong balance", order, shop, 0, Step.START, "0.02 g")
    assert coarse.act
    jar = weighed("wrong lot", order, 0, Act(step=Step.START, jar="TAB-50"), "", by_papers(order, order.texts, 0))
    assert jar.act
    for slip, act, said in ((coarse, coarse.act, "every digit that B1 shows"), (jar, jar.act, "Put it back")):
        met = at_the_bench(shop, slip, act)
        assert met.met is Met.REFUSED
        assert said in met.said


def test_a_part_of_a_run_is_the_same_again_whatever_came_before(shop: Shop) -> None:
    first = part(shop, SEED, 500, 20)
    drawn(shop, random.Random(SEED + 1))
    assert part(shop, SEED, 500, 20) == first


def test_right_orders_raise_no_alarm(shop: Shop) -> None:
    chance = random.Random(SEED)
    assert [false_alarm(shop, a_right_order(chance), chance).said for _ in range(5)] == [""] * 5


def test_the_report_counts_every_slip_once_in_each_table(shop: Shop) -> None:
    run = part(shop, SEED, 0, 40)
    lines = list(report(run))
    totals = Counter(line for line in lines if line.startswith("all "))
    ((total, tables),) = totals.items()
    drawn_ones, moved, *met, both = map(int, total.split()[1:])
    assert (tables, drawn_ones, moved) == (2, 40, len(run.moving))
    assert sum(met) == moved
    assert both <= met[-1]
    assert lines[-1] == run.last_line


def test_the_last_line_never_rounds_up_to_all() -> None:
    caught = Line("a kind", "a field", "told", is_moving=True, is_power=True, step="ordering", passes_both=False)
    run = Run([caught] * 3, ["", "flagged"])
    assert run.last_line.startswith("caught alone 0.00 %, with second entry 100 %, powers of ten 0.00 %, ")
    assert run.last_line.endswith("false alarms 50.00 %")
