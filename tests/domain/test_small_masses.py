"""What holds of every way of weighing small masses: drug, filler and fill, balances, totals, figures, preference."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compounder.services.calculations import calculate
from tests.domain.orders import Document, a_balance, an_order
from tests.domain.small_masses import (
    EXACT,
    MODES,
    all_weighings,
    answered,
    drug_of,
    fractions_of,
    in_mg,
    is_near,
    small_orders,
    taken_way,
    whole_of,
)

some = settings(max_examples=40)
STOCK = {"name": "260801A0017", "expires_on": "2027-01-31"}


def weighed_directly(order: Document, **changes: Any) -> Document:
    """The same order, weighed as if every balance were good enough."""
    return dict(calculate(order | {"trituration": "never"} | changes))


def assert_same_capsules(answer: Document, direct: Document, fractions: dict[Any, Decimal]) -> None:
    for batch, straight in zip(answer["batches"], direct["batches"], strict=True):
        assert is_near(drug_of(batch, fractions), drug_of(straight, {None: Decimal(1)}))
        assert is_near(whole_of(batch), whole_of(straight))
        for figure in ("active_per_capsule", "filler_per_capsule", "fill_per_capsule", "capsules_to_make"):
            assert batch[figure] == straight[figure]


@some
@given(small_orders())
def test_drug_filler_and_fill_are_the_same_whichever_way_the_drug_is_weighed(order: Document) -> None:
    answer = answered(order)
    assert_same_capsules(answer, weighed_directly(order), fractions_of(answer))


@some
@given(small_orders((*MODES, "never")), st.sampled_from(("0.5", "0.25", "0.1", "0.05", "0.03")))
def test_a_trituration_in_stock_makes_the_same_capsules(order: Document, fraction: str) -> None:
    answer = answered(order | {"source": STOCK | {"active_fraction": fraction}})
    assert_same_capsules(answer, weighed_directly(order), fractions_of(answer, {STOCK["name"]: Decimal(fraction)}))


@some
@given(small_orders())
def test_every_mass_of_a_possible_way_is_within_what_its_balance_weighs(order: Document) -> None:
    answer = answered(order)
    taken_way(answer)
    capacities = {balance["name"]: balance.get("capacity") for balance in order["balances"]}
    for weighing in all_weighings(answer):
        most = capacities[weighing["balance"]]
        assert in_mg(weighing["minimum_weighable"]) <= in_mg(weighing["to_weigh"])
        assert most is None or in_mg(weighing["to_weigh"]) <= in_mg(most)
    stops = [each["code"] for batch in answer["batches"] for each in batch["findings"] if each["severity"] == "stop"]
    assert stops == []


@some
@given(small_orders())
def test_a_trituration_is_as_much_as_is_drawn_from_it_and_the_excess(order: Document) -> None:
    answer, drawn = answered(order), defaultdict[Any, Decimal](Decimal)
    taken_way(answer)
    for weighing in all_weighings(answer):
        drawn[weighing["trituration"]] += in_mg(weighing["to_weigh"])
    excess = 1 + Decimal(order["trituration_excess_percent"]) / 100
    for made in answer["triturations"]:
        assert drawn[made["name"]] > 0
        weighed = sum(in_mg(each["to_weigh"]) for each in made["weighings"])
        assert min(weighed, in_mg(made["total"])) >= drawn[made["name"]] * excess * (1 - EXACT)


@some
@given(small_orders())
def test_the_figures_of_the_way_taken_are_those_of_what_is_weighed(order: Document) -> None:
    answer = answered(order)
    way, drawn = taken_way(answer), defaultdict[Any, Decimal](Decimal)
    for weighing in all_weighings(answer):
        drawn[weighing["trituration"]] += in_mg(weighing["exact"])
    left = sum((in_mg(made["total"]) - drawn[made["name"]] for made in answer["triturations"]), Decimal(0))
    assert way["weighings"] == len(list(all_weighings(answer)))
    assert is_near(in_mg(way["left_over"]), left)
    reached = max(Decimal(batch["uncertainty"]["percent"]) for batch in answer["batches"])
    assert is_near(Decimal(way["uncertainty_percent"]), reached)


@some
@given(small_orders())
def test_the_preferred_way_is_taken(order: Document) -> None:
    answer, target = answered(order), Decimal(order["uncertainty_target_percent"])

    def preference(way: Document) -> tuple[Any, ...]:
        figures = Decimal(way["uncertainty_percent"]), way["weighings"], in_mg(way["left_over"])
        is_certain = figures[0] <= target
        return (0, figures[1], figures[2], figures[0]) if is_certain else (1, *figures)

    taken, ways = taken_way(answer), [each for each in answer["alternatives"] if each["is_possible"]]
    assert taken == ways[0] or taken["name"] == "direct"
    assert ways[1:] == sorted(ways[1:], key=preference)
    assert taken["name"] == "direct" or taken == min(ways, key=preference)


@settings(max_examples=15)
@given(small_orders())
def test_a_way_taken_by_its_name_comes_out_with_the_figures_it_was_shown_with(order: Document) -> None:
    answer = answered(order)
    taken_way(answer)
    for shown in (each for each in answer["alternatives"] if each["is_possible"]):
        taken = taken_way(answered(order | {"alternative": shown["name"]}))
        assert {**taken, "verdict": ""} == {**shown, "verdict": "", "is_taken": True}


@some
@given(small_orders((*MODES, "never")))
def test_the_expanded_uncertainty_is_twice_the_root_of_the_sum_of_squares_of_its_budget(order: Document) -> None:
    answer = answered(order)
    for batch in answer["batches"]:
        squares = sum((Decimal(each["percent"]) ** 2 for each in batch["uncertainty"]["budget"]), Decimal(0))
        assert is_near(Decimal(batch["uncertainty"]["percent"]), 2 * squares.sqrt())


@some
@given(small_orders(("each", "shared")), st.integers(2, 40))
def test_an_aliquot_of_a_ratio_grows_with_the_capsules(order: Document, times: int) -> None:
    many = order | {
        "ratios": order["ratios"][:1],
        "strengths": [line | {"capsules": line["capsules"] * times} for line in order["strengths"]],
    }
    fewer, more = answered(many | {"strengths": order["strengths"]}), answered(many)
    is_one_stage = len({each["made_from"] for each in (*fewer["triturations"], *more["triturations"])}) == 1
    for one, so_many in zip(fewer["batches"], more["batches"], strict=True) if is_one_stage else ():
        assert is_near(in_mg(one["weighings"][0]["exact"]) * times, in_mg(so_many["weighings"][0]["exact"]))


@settings(max_examples=15)
@given(small_orders())
def test_the_spelling_of_units_changes_no_way_of_weighing(order: Document) -> None:
    in_mcg = [
        line | {"strength": f"{int(Decimal(line['strength'].split(' ')[0]) * 1000)} mcg"} for line in order["strengths"]
    ]
    in_g = [
        balance | {"repeatability": f"{Decimal(balance['repeatability'].split(' ')[0]) / 1000:f} g"}
        for balance in order["balances"]
    ]
    assert answered(order | {"strengths": in_mcg, "balances": in_g}) == answered(order)


@some
@given(small_orders(("never",)))
def test_an_order_that_asks_for_no_trituration_is_answered_as_before(order: Document) -> None:
    added = ("trituration", "ratios", "trituration_excess_percent", "uncertainty_target_percent")
    before = {key: value for key, value in order.items() if key not in added}
    assert calculate(order) == calculate(before)
    assert (calculate(before)["triturations"], calculate(before)["alternatives"]) == ([], [])


def test_two_stages_are_found_where_one_does_not_do() -> None:
    order = an_order("0.5 mg", 5, trituration="each", ratios=["1:2", "1:4"], uncertainty_target_percent="2")
    answer = calculate(order)
    first, second = answer["triturations"]
    assert (first["made_from"], second["made_from"]) == (None, "T1")
    assert [weighing["role"] for weighing in second["weighings"]] == ["aliquot", "diluent"]
    assert second["weighings"][0]["trituration"] == "T1"
    assert (second["active_fraction"], first["used_by"], second["used_by"]) == ("0.125", ["0.5 mg"], ["0.5 mg"])
    assert [each["exact"] for each in answer["batches"][0]["weighings"]][:1] == ["20 mg"]
    terms = [each["term"] for each in answer["batches"][0]["uncertainty"]["budget"]]
    assert [term.partition(":")[0] for term in terms] == ["T1", "T1", "T2", "T2", "trituration T2"]


def test_a_trituration_of_one_in_stock_tells_what_it_was_made_from_and_takes_no_name_twice() -> None:
    term = {"term": "T1: naltrexone hydrochloride", "percent": "0.24"}
    stock = {"name": "T1", "active_fraction": "0.1", "expires_on": "2027-01-31", "budget": [term]}
    answer = calculate(an_order("0.1 mg", 10, source=stock, trituration="when-needed"))
    (made,), (batch,) = answer["triturations"], answer["batches"]
    assert (made["name"], made["made_from"], made["weighings"][0]["trituration"]) == ("T2", "T1", "T1")
    assert batch["weighings"][0]["trituration"] == "T2"
    assert batch["uncertainty"]["budget"][0] == term
    assert answer["alternatives"][0]["is_taken"]
    assert answer["alternatives"][0]["uncertainty_percent"] == batch["uncertainty"]["percent"]
    assert batch["beyond_use_date"] == "2027-01-31"
    assert batch["beyond_use_limit"] == "expiry of trituration T1"


def test_a_mass_in_the_gap_between_two_balances_is_diluted_until_the_coarser_weighs_it() -> None:
    balances = [a_balance(capacity="200 mg"), a_balance(name="B2", readability="10 mg", repeatability="5 mg")]
    answer = calculate(an_order("5 mg", balances=balances, trituration="when-needed"))
    assert answer["batches"][0]["weighings"][0]["balance"] == "B2"
    direct = next(each for each in answer["alternatives"] if each["name"] == "direct")
    assert (direct["is_possible"], direct["verdict"]) == (False, "500.0 mg is above B1's capacity, 200 mg")


@pytest.mark.parametrize("mode", ["each", "when-needed"])
def test_one_batch_is_shown_the_best_of_each_ratio(mode: str) -> None:
    answer = calculate(an_order("0.5 mg", 20, trituration=mode, ratios=["1:10", "1:4", "1:20"]))
    names = {each["name"] for each in answer["alternatives"] if each["is_possible"]}
    assert names == {"one trituration, 1:4", "one trituration, 1:10", "one trituration, 1:20"}


def test_a_diluent_that_its_balance_rounds_down_leaves_enough_of_the_trituration() -> None:
    balances = [a_balance(capacity="100 mg"), a_balance(name="B2", readability="10 mg")]
    order = an_order("0.1 mg", 191, balances=balances, weighing_tolerance_percent="5", uncertainty_target_percent="50")
    answer = calculate(order | {"trituration": "each", "ratios": ["1:10"]})
    (made,), (batch,) = answer["triturations"], answer["batches"]
    assert [weighing["to_weigh"] for weighing in made["weighings"]] == ["20.0 mg", "180 mg"]
    assert batch["weighings"][0]["to_weigh"] == "190 mg"


def test_a_content_that_is_all_aliquot_needs_one_weighing_less() -> None:
    order = an_order("10 mg", 12, fill_per_capsule="120 mg", trituration="each", ratios=["1:12"])
    (way,) = calculate(order)["alternatives"]
    assert way["weighings"] == 3


def test_tablets_are_crushed_whole() -> None:
    source = {"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg"}
    (batch,) = calculate(an_order("2.5 mg", 21, fill_per_capsule="100 mg", source=source))["batches"]
    assert (batch["weighings"][0]["exact"], batch["weighings"][0]["tablets"]) == ("147 mg", 2)


def test_a_trituration_starts_from_a_mass_that_its_balance_shows() -> None:
    balances = [a_balance(readability="4 mg", repeatability="0.1 mg", name="B4")]
    answer = calculate(an_order("0.5 mg", 400, balances=balances, trituration="each", ratios=["1:2", "1:10"]))
    starts = {made["weighings"][0]["residual"] for made in answer["triturations"]}
    assert starts == {"0 mg"}
