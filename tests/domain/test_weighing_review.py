"""The review of triturations, stocks and second lots: what each jar must hold, and every mass on a balance."""

import pytest

from compounder.services.calculations import calculate
from tests.domain.orders import Document, a_balance, a_filler, an_active, an_order

FACTS = {"lot_id": "L1", "lot_number": "A17", "maker": "Example", "status": "in-use"}
SHARED: Document = {"trituration": "shared", "ratios": ["1:10"]}
COARSE = a_balance(name="C", readability="10 mg", repeatability="10 mg")


def a_lot(free: str) -> Document:
    return {"lot": FACTS | {"free": free}}


def lacking(order: Document) -> list[str]:
    return [
        finding["message"]
        for batch in calculate(order)["batches"]
        for finding in batch["findings"]
        if finding["code"] == "lot-insufficient"
    ]


# 20 capsules of 0.5 mg by 1:10: 20 mg of drug and 180 mg of diluent; 2,300 mg of filler beside an aliquot of 100 mg
STOCK = {"name": "S1", "active_fraction": "0.1", "expires_on": "2027-01-31"}
SECOND = {"powder": an_active(assay_percent="80"), "first_gives": "100 mg"}


@pytest.mark.parametrize(
    ("needed", "just_enough", "too_little"),
    [
        (
            "2.4833 g of lot A17",
            an_order("0.5 mg", 20, filler=a_filler(**a_lot("2483.3 mg")), **SHARED),
            an_order("0.5 mg", 20, filler=a_filler(**a_lot("2483.2 mg")), **SHARED),
        ),
        (
            "20 mg of lot A17",
            an_order("0.5 mg", 20, active=an_active(**a_lot("20 mg")), **SHARED),
            an_order("0.5 mg", 20, active=an_active(**a_lot("19.9 mg")), **SHARED),
        ),
        (
            "100 mg of lot A17",
            an_order("0.5 mg", 20, source=STOCK | a_lot("100 mg")),
            an_order("0.5 mg", 20, source=STOCK | a_lot("99.9 mg")),
        ),
        (
            "437.5 mg of lot A17",
            an_order(next_active=SECOND | {"powder": an_active(assay_percent="80", **a_lot("437.5 mg"))}),
            an_order(next_active=SECOND | {"powder": an_active(assay_percent="80", **a_lot("437.4 mg"))}),
        ),
        (
            "100 mg of lot A17",
            an_order(next_active=SECOND, active=an_active(**a_lot("100 mg"))),
            an_order(next_active=SECOND, active=an_active(**a_lot("99.9 mg"))),
        ),
    ],
)
def test_a_jar_must_hold_all_that_the_order_draws_from_it(
    needed: str, just_enough: Document, too_little: Document
) -> None:
    (message,) = lacking(too_little)
    assert message.startswith(f"The order needs {needed}")
    assert lacking(just_enough) == []


def test_the_masses_of_a_trituration_that_was_asked_for_are_stopped_like_any_other() -> None:
    order = an_order("4.5 mg", 20, balances=[COARSE], trituration="each", ratios=["1:2"], fill_per_capsule="9.5 mg")
    (batch,) = calculate(order)["batches"]
    stopped = [finding["message"] for finding in batch["findings"] if finding["severity"] == "stop"]
    assert stopped[0].startswith("180 mg of trituration T1 is below C's minimum, 2,000 mg; ")
    weighed = [weighing["to_weigh"] for made in calculate(order)["triturations"] for weighing in made["weighings"]]
    assert weighed == ["2000 mg", "2000 mg"]


def test_a_trituration_above_the_capacity_of_every_balance_is_stopped() -> None:
    order = an_order("4.5 mg", 10_000, balances=[a_balance(capacity="500 g")], trituration="each", ratios=["1:20"])
    (batch,) = calculate(order)["batches"]
    codes = {finding["message"].partition(" is above")[0] for finding in batch["findings"]}
    assert "855,000.0 mg of microcrystalline cellulose" in codes


def test_a_content_less_certain_than_the_target_is_a_caution_only_where_a_trituration_may_be_made() -> None:
    order = an_order("0.5 mg", 30, weighing_tolerance_percent="5", balances=[a_balance(repeatability="0.3 mg")])
    (asked,), (not_asked,) = (calculate(order | {"trituration": mode})["batches"] for mode in ("when-needed", "never"))
    assert [finding["code"] for finding in asked["findings"]] == ["uncertainty-above-target"]
    assert "leave 4 % of uncertainty" in asked["findings"][0]["message"]
    assert not_asked["findings"] == []


def overdue(order: Document) -> list[str]:
    """What is said of balances whose calibration has ended, for the whole order."""
    return [
        finding["message"]
        for batch in calculate(order)["batches"]
        for finding in batch["findings"]
        if finding["code"] == "calibration-overdue"
    ]


@pytest.mark.parametrize(("until", "count"), [("2026-11-20", 1), ("2026-11-21", 0), ("2027-11-20", 0)])
def test_a_balance_whose_calibration_has_ended_stops_what_is_weighed_on_it(until: str, count: int) -> None:
    order = an_order(compounded_on="2026-11-21", balances=[a_balance(calibrated_until=until)])
    found = overdue(order)
    assert len(found) == count
    said = "The calibration of balance B1 ended on 20 Nov 2026; have it calibrated or use another."
    assert found == [said] * count


def test_a_balance_that_is_not_used_may_be_overdue() -> None:
    order = an_order("0.5 mg", 20, **SHARED)
    unused = a_balance(name="C", readability="1 g", repeatability="1 g", calibrated_until="2020-01-01")
    assert overdue({**order, "balances": [*order["balances"], unused]}) == []


def test_an_overdue_balance_stops_the_trituration_that_is_weighed_on_it() -> None:
    order = an_order("0.5 mg", 20, **SHARED)
    assert overdue({**order, "balances": [a_balance(calibrated_until="2020-01-01")]}) != []
