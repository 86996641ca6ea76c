"""Bad input about triturations, tablets and second lots: one sentence at its field; and advice that works."""

import re
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.services.calculations import calculate
from tests.domain.orders import DIHYDRATE, Document, a_balance, a_filler, an_active, an_order, refusals

LONGEST_SENTENCE = 24
TABLETS = {"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg", "pack_statistics": {"3": "150 mg"}}
STOCK = {"name": "260801A0017", "active_fraction": "0.05", "expires_on": "2027-01-31"}
COARSE = a_balance(name="C", readability="10 mg", repeatability="10 mg")


def with_ratio(ratio: Any) -> Document:
    return an_order(trituration="shared", ratios=["1:10", ratio])


def from_tablets(**changes: Any) -> Document:
    return an_order(source={key: value for key, value in (TABLETS | changes).items() if value is not None})


def from_stock(strength: str = "0.5 mg", **changes: Any) -> Document:
    return an_order(strength, source=STOCK | changes)


def with_second(powder: Document | None = None, first_gives: str = "100 mg", **changes: Any) -> Document:
    return an_order(next_active={"powder": powder or an_active(), "first_gives": first_gives}, **changes)


# code, pointer, an order that is refused, what the sentence names, an order that just is not
CASES: list[tuple[str, str, Document, str, Document]] = [
    *(
        ("not-accepted", "/ratios/1", with_ratio(ratio), "a ratio such as 1:10", with_ratio(accepted))
        for ratio, accepted in (
            ("1:1", "1:2"),
            ("1:0", "1:100"),
            ("1:1001", "1:1000"),
            ("10", "1:3"),
            ("1 : 10", "1:10"),
            ("1:10.5", "1:11"),
            ("1:٣", "1:33"),
            ("1:010", "1:20"),
            (" 1:10", "1:40"),
            ("1:10\n", "1:50"),
            ("2:10", "1:5"),
            (10, "1:4"),
            (None, "1:999"),
        )
    ),
    ("out-of-bounds", "/ratios", an_order(ratios=[]), "list of 0", an_order(ratios=["1:10"])),
    (
        "out-of-bounds",
        "/ratios",
        an_order(ratios=[f"1:{parts}" for parts in range(2, 23)]),
        "list of 21",
        an_order(ratios=[f"1:{parts}" for parts in range(2, 22)]),
    ),
    ("not-accepted", "/ratios", an_order(ratios="1:10"), '"1:10"', an_order(ratios=["1:10"])),
    ("not-accepted", "/trituration", an_order(trituration="sometimes"), "each", an_order(trituration="when-needed")),
    (
        "out-of-bounds",
        "/uncertainty_target_percent",
        an_order(uncertainty_target_percent="0"),
        "0.01 %",
        an_order(uncertainty_target_percent="0.01"),
    ),
    (
        "out-of-bounds",
        "/trituration_excess_percent",
        an_order(trituration_excess_percent="50.1"),
        "50 %",
        an_order(trituration_excess_percent="50"),
    ),
    ("missing-key", "/source", an_order(source={}), "tablet_strength or active_fraction", from_tablets()),
    ("unknown-key", "/source/colour", from_tablets(colour="blue"), '"colour"', from_tablets()),
    ("unknown-key", "/source/active_fraction", from_tablets(active_fraction="0.1"), "active_fraction", from_stock()),
    ("missing-key", "/source/mean_tablet_mass", from_tablets(mean_tablet_mass=None), "mean_tablet", from_tablets()),
    (
        "out-of-bounds",
        "/source/mean_tablet_mass",
        from_tablets(mean_tablet_mass="49.9 mg"),
        "strength, 50 mg",
        from_tablets(mean_tablet_mass="50 mg"),
    ),
    (
        "missing-pack-statistic",
        "/source/pack_statistics",
        from_tablets(pack_statistics=None),
        "capsule size 3",
        from_tablets(),
    ),
    ("out-of-bounds", "/source/active_fraction", from_stock(active_fraction="0"), "0 %", from_stock()),
    ("not-accepted", "/source/name", from_stock(name=" "), "60 printable letters", from_stock(name="T1")),
    ("not-a-number", "/source/active_fraction", from_stock(active_fraction="1:10"), '"1:10"', from_stock()),
    ("aliquot-exceeds-filler", "/strengths/0", from_stock("6.5 mg"), "Take a stronger one", from_stock("6 mg")),
    (
        "aliquot-exceeds-filler",
        "/ratios",
        an_order("60 mg", trituration="each", ratios=["1:3", "1:20"]),
        "1:3",
        an_order("60 mg", trituration="each", ratios=["1:2", "1:20"]),
    ),
    (
        "not-accepted",
        "/alternative",
        an_order("0.5 mg", 20, trituration="when-needed", alternative="by eye"),
        '"one trituration, 1:4"',
        an_order("0.5 mg", 20, trituration="when-needed", alternative="one trituration, 1:4"),
    ),
    ("not-accepted", "/alternative", an_order(alternative="one stock, 1:10"), "direct", an_order(alternative="direct")),
    (
        "not-accepted",
        "/next_active/powder/substance",
        with_second(an_active(substance=DIHYDRATE)),
        DIHYDRATE,
        with_second(),
    ),
    (
        "missing-pack-statistic",
        "/next_active/powder/pack_statistics",
        with_second(an_active(pack_statistics=None)),
        "capsule size 3",
        with_second(),
    ),
    (
        "double-hydrate-correction",
        "/next_active/powder/assay_basis",
        with_second(
            an_active(substance=DIHYDRATE, assay_basis="anhydrous", water_percent="8.9"),
            active=an_active(substance=DIHYDRATE),
        ),
        "twice",
        with_second(an_active(substance=DIHYDRATE), active=an_active(substance=DIHYDRATE)),
    ),
    (
        "dose-exceeds-capsule",
        "/strengths/1",
        with_second(
            an_active(assay_percent="80"),
            strengths=[{"strength": text, "capsules": 10} for text in ("3 mg", "175 mg")],
        ),
        "175 mg",
        with_second(an_active(assay_percent="100"), strengths=[{"strength": "175 mg", "capsules": 10}]),
    ),
    ("out-of-bounds", "/next_active/first_gives", with_second(first_gives="0 mg"), "above 0", with_second()),
    ("not-accepted", "/next_active", with_second(trituration="each"), "powder weighed directly", with_second()),
    (
        "not-accepted",
        "/next_active",
        with_second(source=STOCK, strengths=[{"strength": "0.5 mg", "capsules": 100}]),
        "powder weighed directly",
        with_second(trituration="when-needed"),
    ),
]
IDS = [f"{number}: {code} at {pointer} ({named})" for number, (code, pointer, _, named, _) in enumerate(CASES, 1)]


@pytest.mark.parametrize(("code", "pointer", "order", "named", "accepted"), CASES, ids=IDS)
def test_a_refusal_says_what_is_wrong_at_its_field(
    code: str, pointer: str, order: Document, named: str, accepted: Document
) -> None:
    refusal = refusals(order)[0]
    assert (refusal.code, refusal.pointer) == (code, pointer)
    assert named in str(refusal)
    assert "None" not in str(refusal)
    assert len(str(refusal).split()) <= LONGEST_SENTENCE
    assert [str(each) for each in refusals(accepted)] == []


# orders that no way weighs, and the advice of each of them
HOPELESS: dict[str, tuple[Document, int]] = {
    "one capsule on a coarse balance": (an_order("0.5 mg", 1, balances=[COARSE], trituration="when-needed"), 2),
    "one capsule, and one extra": (
        an_order("0.5 mg", 1, extra_capsules={"count": 1}, balances=[COARSE], trituration="when-needed"),
        2,
    ),
    "five capsules, 3 % extra": (
        an_order("1 mg", 5, extra_capsules={"percent": "3"}, balances=[COARSE], trituration="when-needed"),
        3,
    ),
    "a trituration for each": (an_order("4.5 mg", 2, balances=[COARSE], trituration="each", ratios=["1:2", "1:5"]), 2),
    "a stock for all": (an_order("4.5 mg", 6, balances=[COARSE], trituration="shared", ratios=["1:10"]), 3),
    "hardly any filler": (an_order("179 mg", 10, trituration="when-needed"), 3),
    "as many capsules as an order may have, and no fewer": (
        an_order(
            "0.05 mg",
            1_000,
            balances=[a_balance(readability="100 mg", repeatability="50 mg")],
            trituration="when-needed",
            ratios=["1:2"],
            fill_per_capsule="0.1 mg",
        ),
        2,
    ),
    "the order's most capsules": (
        an_order(
            "6 mg",
            70_000,
            balances=[a_balance(readability="1 g", repeatability="5 g")],
            trituration="when-needed",
            ratios=["1:100"],
        ),
        2,
    ),
}
ADVICE = {
    "capsules": re.compile(r"([\d,]+) capsules"),
    "balance": re.compile(r"a balance that weighs from ([\d.,]+) mg"),
    "tolerance": re.compile(r"a tolerance of ([\d.]+) %"),
}


def stops_of(order: Document) -> list[str]:
    (batch,) = calculate(order)["batches"]
    return [finding["message"] for finding in batch["findings"] if finding["severity"] == "stop"]


def following(order: Document, kind: str, figure: str) -> Document:
    """The order with one piece of the advice followed."""
    number = figure.replace(",", "")
    if kind == "capsules":
        return order | {"strengths": [line | {"capsules": int(number)} for line in order["strengths"]]}
    if kind == "tolerance":
        return order | {"weighing_tolerance_percent": number}
    repeatability = float(number) * float(order.get("weighing_tolerance_percent", "1")) / 200
    finer = a_balance(name="finer", readability=f"{repeatability:.6f} mg", repeatability=f"{repeatability:.6f} mg")
    return order | {"balances": [*order["balances"], finer]}


@pytest.mark.parametrize("name", HOPELESS)
def test_where_nothing_works_the_sentence_says_what_would_and_it_does(name: str) -> None:
    order, pieces = HOPELESS[name]
    sentences = stops_of(order)
    advised = {kind: found[1] for kind, pattern in ADVICE.items() if (found := pattern.search(sentences[0]))}
    assert len(advised) == pieces == sentences[0].partition("it takes ")[2].count(" or ") + 1
    left = {kind: stops_of(following(order, kind, figure)) for kind, figure in advised.items()}
    assert {kind: stops for kind, stops in left.items() if stops} == {}


def test_a_stock_that_does_not_do_for_all_strengths_says_that_each_takes_its_own() -> None:
    lines = [{"strength": "0.1 mg", "capsules": 3}, {"strength": "6 mg", "capsules": 100}]
    order = an_order(strengths=lines, trituration="shared", ratios=["1:2", "1:10", "1:100"])
    stops = [
        finding["message"]
        for batch in calculate(order)["batches"]
        for finding in batch["findings"]
        if finding["severity"] == "stop"
    ]
    assert stops
    assert all(text.endswith("; it takes a trituration for each batch.") for text in stops)
    assert calculate(order | {"trituration": "each"})["alternatives"][0]["is_possible"]


def test_a_refusal_of_the_second_lot_is_one_for_the_whole_order() -> None:
    lines = [{"strength": text, "capsules": 30} for text in ("1.5 mg", "3 mg")]
    order = with_second(an_active(pack_statistics=None), first_gives="1 mg", strengths=lines)
    with pytest.raises(CompoundingError) as refused:
        calculate(order)
    assert len(refused.value.errors()) == 1


def test_tablets_in_a_capsule_of_fixed_fill_need_no_pack_statistic() -> None:
    order = from_tablets(pack_statistics=None) | {"fill_per_capsule": "120 mg"}
    assert refusals(order | {"filler": a_filler(pack_statistics=None)}) == []


def test_one_strength_that_nothing_weighs_leaves_the_others_their_way() -> None:
    coarse = a_balance(readability="10 mg", repeatability="10 mg")
    lines = [{"strength": "2.7 mg", "capsules": 300}, {"strength": "1 mg", "capsules": 20}]
    answer = calculate(
        an_order(strengths=lines, balances=[coarse], trituration="when-needed", ratios=["1:4"], capsule_size="3")
    )
    others, alone = answer["batches"]
    assert others["weighings"][0]["role"] == "aliquot"
    assert [finding["severity"] for finding in others["findings"] if finding["severity"] == "stop"] == []
    (first, *_) = [finding["message"] for finding in alone["findings"] if finding["severity"] == "stop"]
    assert "it takes" in first
    assert [way["is_taken"] for way in answer["alternatives"]].count(True) == 1
