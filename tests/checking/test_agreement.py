"""The package and the second reckoning give the same answers to the same random orders."""

import os
import random
from collections import Counter
from decimal import Decimal

import pytest

from compounder.checking.agreement import ANSWERED, KINDS, Compared, compared_order, compared_otherwise
from compounder.checking.oracle.random_orders import an_order
from compounder.checking.oracle.sources import differences
from compounder.services.calculations import calculate

PARTS = 20
ORDERS = 500 if not os.environ.get("COMPOUNDER_LONG") else 50_000


@pytest.mark.parametrize("part", range(PARTS))
def test_two_reckonings_agree_on_random_orders(part: int) -> None:
    chance, seen = random.Random(part), Counter[str]()
    for _ in range(ORDERS):
        order = an_order(chance)
        compared = compared_order(order)
        assert compared.difference == "", order
        seen.update(compared.met)
    assert seen[ANSWERED] > ORDERS / 3, seen
    assert min(seen[kind] for kind in ("triturations used", *KINDS)) > 0, seen


def test_a_refusal_by_one_of_them_is_a_difference() -> None:
    refused = compared_otherwise({"batches": []}, {"out-of-bounds"})
    assert refused.difference == "answered by the program, refused (out-of-bounds) by the second reckoning"
    assert compared_otherwise({"out-of-bounds"}, {"out-of-bounds"}) == Compared("", {"out-of-bounds"})


@pytest.mark.parametrize("drawn", ["1 95420", "2 182715"])
def test_a_fill_of_exactly_half_and_a_diluent_half_way_between_two_readings_are_no_difference(drawn: str) -> None:
    assert compared_order(an_order(random.Random(drawn))).difference == ""


def test_a_trituration_that_is_weighed_otherwise_is_a_difference() -> None:
    order = an_order(random.Random("2 182715"))
    made = calculate(order)["triturations"]
    assert list(differences(order, made)) == []
    (_, diluent), step = made[0]["weighings"], Decimal("0.1")
    diluent["to_weigh"] = f"{Decimal(diluent['to_weigh'].removesuffix(' mg')) + step} mg"
    assert len(list(differences(order, made))) == 1
