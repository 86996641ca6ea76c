"""Each rule on balances and lots on its own: the very sentence at its bound, and silence just inside of it.

Worked example E9, a hundred capsules of 4.5 mg on balance B1: 450.0 mg of drug and 11,700.0 mg of
filler, each at least 20 mg; a rule sees them with one thing changed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compounder.domain.batch.figures import Figures
from compounder.domain.batch.order import BatchOrder, NextActive
from compounder.domain.batch.preparing import Prepared
from compounder.domain.batch.source import Triturating, TriturationLot, TriturationRatio
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.batch.weighing_review import (
    balances_are_calibrated,
    every_mass_can_be_weighed,
    lots_may_be_used,
    lots_too_small,
    review_stock,
    review_triturations,
    uncertainty_meets_target,
)
from compounder.domain.stock.lots import LotFacts, LotStatus
from compounder.domain.units import MASS, READING, Mass, parse_quantity, quantity_text
from tests.domain.orders import CELLULOSE, HYDROCHLORIDE
from tests.domain.reviewed import FIGURES, ORDER, said

DRUG = FIGURES.weighings[0]
B1 = ORDER.balances[0]


def mass(text: str) -> Mass:
    return parse_quantity(text, MASS)


def a_lot(number: str, status: LotStatus = LotStatus.IN_USE, free: str = "1 kg") -> LotFacts:
    return LotFacts(lot_id=number, lot_number=number, maker="Maker", status=status, free=mass(free))


def from_stock(
    lot: LotFacts | None = None, held_back: tuple[str, ...] = (), rejected: tuple[str, ...] = ()
) -> TriturationLot:
    return TriturationLot(
        name="S1",
        active_fraction=Decimal("0.1"),
        expires_on=date(2027, 1, 31),
        lot=lot,
        held_back=held_back,
        rejected=rejected,
    )


def from_jars(drug: LotFacts, filler: LotFacts, following: LotFacts, aliquot: LotFacts) -> BatchOrder:
    """An order that names the lot of every jar there can be."""
    second = NextActive(powder=replace(ORDER.active, lot=following), first_gives=mass("100 mg"))
    return replace(
        ORDER,
        active=replace(ORDER.active, lot=drug),
        filler=replace(ORDER.filler, lot=filler),
        next_active=second,
        source=from_stock(aliquot),
    )


def a_weighing(role: Role, reading: str, trituration: str | None = None) -> Weighing:
    return replace(DRUG, role=role, to_weigh=parse_quantity(reading, READING), trituration=trituration)


WEIGHED = [
    a_weighing(Role.ACTIVE, "30.0 mg"),
    a_weighing(Role.ACTIVE, "0.021 g"),
    a_weighing(Role.FILLER, "400.0 mg"),
    a_weighing(Role.DILUENT, "60.0 mg"),
    a_weighing(Role.NEXT_ACTIVE, "7.0 mg"),
    a_weighing(Role.ALIQUOT, "90.0 mg", "S1"),
    a_weighing(Role.ALIQUOT, "5.0 mg", "T1"),
]
"""Drawn from the drug 30 + 21 = 51 mg, from the filler 400 + 60 = 460 mg, from the second lot 7 mg, from S1 90 mg."""
FREE = ("51 mg", "460 mg", "7 mg", "90 mg")
LESS = ("50.9 mg", "459.9 mg", "6.9 mg", "89.9 mg")


def too_small(free: Iterable[str]) -> list[tuple[str, str]]:
    order = from_jars(*(a_lot(number, free=each) for number, each in zip("DFNS", free, strict=True)))
    return [(lot.lot_number, quantity_text(needed, MASS)) for lot, needed in lots_too_small(order, WEIGHED)]


def test_each_jar_holds_what_its_own_weighings_draw_and_no_less() -> None:
    assert too_small(FREE) == []
    assert too_small(LESS) == list(zip("DFNS", FREE, strict=True))
    assert list(lots_too_small(ORDER, WEIGHED)) == []


def test_what_the_order_needs_and_what_is_free_is_said() -> None:
    """E9 draws 450 mg of the drug and 11.7 g of the filler."""
    order = replace(
        ORDER,
        active=replace(ORDER.active, lot=a_lot("D", free="449.9 mg")),
        filler=replace(ORDER.filler, lot=a_lot("F", free="11.7 g")),
    )
    sentence = "The order needs 450 mg of lot D; 449.9 mg is free. Choose another lot or fewer capsules."
    assert said(review_stock(order, Prepared(batches=(FIGURES,)))) == [("stop", "lot-insufficient", sentence)]


NAMED = {"D": HYDROCHLORIDE, "F": CELLULOSE, "N": HYDROCHLORIDE, "S": "a trituration"}


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (LotStatus.QUARANTINED, "lot-quarantined", "is quarantined; release it or choose another lot."),
        (LotStatus.REJECTED, "lot-rejected", "is rejected; choose another lot."),
    ],
)
def test_no_jar_of_a_lot_held_back_or_rejected_is_used(status: LotStatus, code: str, sentence: str) -> None:
    order = from_jars(*(a_lot(number, status) for number in "DFNS"))
    assert said(lots_may_be_used(order, FIGURES)) == [
        ("stop", code, f"Lot {number} of {name} {sentence}") for number, name in NAMED.items()
    ]


def test_lots_in_use_may_be_used() -> None:
    assert said(lots_may_be_used(from_jars(*(a_lot(number) for number in "DFNS")), FIGURES)) == []
    assert said(lots_may_be_used(ORDER, FIGURES)) == []


def test_a_trituration_made_with_a_lot_held_back_or_rejected_is_not_used() -> None:
    order = replace(ORDER, source=from_stock(held_back=("H-1",), rejected=("R-1", "R-2")))
    with_it = "and the trituration chosen was made with it; choose another lot."
    assert said(lots_may_be_used(order, FIGURES)) == [
        ("stop", "lot-quarantined", f"Lot H-1 is quarantined, {with_it}"),
        ("stop", "lot-rejected", f"Lot R-1 is rejected, {with_it}"),
        ("stop", "lot-rejected", f"Lot R-2 is rejected, {with_it}"),
    ]


def on_b1(*, capacity: Mass | None = None, calibrated_until: date | None = None) -> BatchOrder:
    return replace(ORDER, balances=(replace(B1, capacity=capacity, calibrated_until=calibrated_until),))


def reading(text: str, advice: str = "") -> Figures:
    return replace(FIGURES, weighings=(a_weighing(Role.ACTIVE, text),), advice=advice)


@pytest.mark.parametrize(
    ("advice", "what_to_do"),
    [("", "make more capsules or use a finer balance"), ("200 capsules", "it takes 200 capsules")],
)
def test_a_mass_below_the_minimum_of_its_balance_is_stopped_with_what_it_takes(advice: str, what_to_do: str) -> None:
    sentence = f"19.9 mg of {HYDROCHLORIDE} is below B1's minimum, 20 mg; {what_to_do}."
    found = every_mass_can_be_weighed(ORDER, reading("19.9 mg", advice))
    assert said(found) == [("stop", "below-minimum-weighable", sentence)]
    assert said(every_mass_can_be_weighed(ORDER, reading("20.0 mg", advice))) == []


def test_a_mass_above_the_capacity_of_its_balance_is_stopped() -> None:
    order = on_b1(capacity=mass("120 mg"))
    sentence = f"120.1 mg of {HYDROCHLORIDE} is above B1's capacity, 120 mg; use another balance or fewer capsules."
    assert said(every_mass_can_be_weighed(order, reading("120.1 mg"))) == [("stop", "above-balance-capacity", sentence)]
    assert said(every_mass_can_be_weighed(order, reading("120.0 mg"))) == []


OVERDUE = (
    "stop",
    "calibration-overdue",
    "The calibration of balance B1 ended on 20 Nov 2026; have it calibrated or use another.",
)


def test_a_balance_is_calibrated_through_the_day_it_is_stated_until() -> None:
    late = on_b1(calibrated_until=date(2026, 11, 20))
    in_time = on_b1(calibrated_until=date(2026, 11, 21))
    assert said(balances_are_calibrated(late, FIGURES)) == [OVERDUE]
    assert said(balances_are_calibrated(late, replace(FIGURES, weighings=()))) == []
    assert said(balances_are_calibrated(in_time, FIGURES)) == []
    assert said(balances_are_calibrated(ORDER, FIGURES)) == []


def test_a_trituration_is_looked_at_with_the_strengths_that_come_through_it() -> None:
    """Its masses and balances like any other's; no advice of the batch is for it."""
    order = on_b1(calibrated_until=date(2026, 11, 20))
    made = Trituration(
        name="T1",
        ratio=TriturationRatio(10),
        made_from=None,
        weighings=(a_weighing(Role.ACTIVE, "19.9 mg"),),
        total=mass("199 mg"),
        active_fraction=Decimal("0.1"),
        geometric_dilution=(),
        used_by=(FIGURES.line.strength,),
        budget=(),
    )
    below = f"19.9 mg of {HYDROCHLORIDE} is below B1's minimum, 20 mg; make more capsules or use a finer balance."
    found = review_triturations(order, replace(FIGURES, advice="200 capsules"), [made])
    assert said(found) == [("stop", "below-minimum-weighable", below), OVERDUE]
    assert review_triturations(order, FIGURES, [replace(made, used_by=())]) == ()


def test_a_content_as_uncertain_as_the_target_meets_it() -> None:
    """Twice 0.1 mg of 450 mg is 0.0444… %, told upwards. A batch that is weighed directly is not held against it."""
    reached = FIGURES.uncertainty.percent
    exactly, less = (replace(ORDER, uncertainty_target=each) for each in (reached, Decimal("0.0004")))
    sentence = (
        "The weighings leave 0.0445 % of uncertainty in the content; the target is 0.04 %. "
        "Use a finer balance or weigh more."
    )
    for order in (replace(less, trituration=Triturating.EACH), replace(less, source=from_stock())):
        assert said(uncertainty_meets_target(order, FIGURES)) == [("caution", "uncertainty-above-target", sentence)]
    assert said(uncertainty_meets_target(replace(exactly, trituration=Triturating.EACH), FIGURES)) == []
    assert said(uncertainty_meets_target(less, FIGURES)) == []
