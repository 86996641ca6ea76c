"""The figures of one strength: what comes from which lot or tablet, what an aliquot leaves to weigh, and its dates."""

from datetime import date
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.errors import AliquotExceedsFiller, MissingPackStatistic
from compounder.domain.batch.figures import (
    Figures,
    dose_of,
    drug_name,
    drug_of_weights,
    groundwork,
    order_limits,
    weigh_out,
)
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.preparing import prepare
from compounder.domain.units import MASS, parse_mass, quantity_text
from tests.domain.orders import Document, a_filler, an_active, an_order

TABLETS: Document = {"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg", "pack_statistics": {"3": "150 mg"}}
UNMEASURED = {key: value for key, value in TABLETS.items() if key != "pack_statistics"}
STOCK: Document = {"name": "T1", "active_fraction": "0.1", "expires_on": "2027-01-31"}


def an(order: Document) -> BatchOrder:
    return read(order, BatchOrder)


def figures_of(order: Document, advice: str = "") -> Figures:
    """The first strength, weighed out of the order's own supply."""
    ground = groundwork(an(order))
    return weigh_out(ground, dose_of(ground, 0), ground.supply, advice)


def one_from_stock(fill: str) -> Document:
    """A capsule of 1 mg from 10 mg of one part in ten, which holds 9 mg of diluent."""
    return an_order("1 mg", 1, fill_per_capsule=fill, source=STOCK)


def test_each_strength_says_which_lots_it_is_taken_from() -> None:
    lines = [{"strength": text, "capsules": 100} for text in ("1.5 mg", "3 mg", "4.5 mg")]
    following = {"powder": an_active(), "first_gives": "300 mg"}
    ground = groundwork(an(an_order(strengths=lines, next_active=following)))
    batches = prepare(ground, [dose_of(ground, index) for index in range(3)]).batches
    assert [(each.is_from_two_lots, each.is_from_the_next_lot) for each in batches] == [
        (False, False),
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("changes", "weights", "drug"),
    [
        ({}, ["450 mg"], "450 mg"),
        ({"source": STOCK}, ["450 mg"], "45 mg"),
        ({"next_active": "second"}, ["100 mg", "50 mg"], "160 mg"),
        ({"next_active": "second"}, ["50 mg"], "140 mg"),
    ],
)
def test_the_drug_in_the_weights_is_counted_in_powder_of_the_first_lot(
    changes: Document, weights: list[str], drug: str
) -> None:
    """The first lot is of 80 %, the second of 96 %: 50 mg of it does what 60 mg of the first would."""
    following = {"next_active": {"powder": an_active(assay_percent="96"), "first_gives": "80 mg"}}
    given = following if changes.get("next_active") else changes
    order = an(an_order(active=an_active(assay_percent="80"), **given))
    assert quantity_text(drug_of_weights(order, [parse_mass(text) for text in weights]), MASS) == drug


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"source": UNMEASURED}, "/source/pack_statistics"),
        ({"source": UNMEASURED, "active": an_active(density="0.7 g/mL")}, "/source/pack_statistics"),
        ({"source": STOCK | {"tablets": UNMEASURED}}, "/source/tablets/pack_statistics"),
        ({"source": TABLETS, "filler": a_filler(pack_statistics=None)}, "/filler/pack_statistics"),
        ({"source": STOCK, "active": an_active(pack_statistics=None)}, "/active/pack_statistics"),
        ({"active": an_active(pack_statistics=None)}, "/active/pack_statistics"),
    ],
)
def test_a_statistic_that_is_missing_is_asked_for_where_the_drug_comes_from(changes: Document, pointer: str) -> None:
    filler = a_filler(density="0.45 g/mL") if "filler" not in changes else changes["filler"]
    with pytest.raises(MissingPackStatistic) as refused:
        dose_of(groundwork(an(an_order(**(changes | {"filler": filler})))), 0)
    assert refused.value.pointer == pointer


def test_an_aliquot_whose_diluent_is_more_than_the_filler_is_refused_with_its_figures() -> None:
    with pytest.raises(AliquotExceedsFiller) as refused:
        figures_of(one_from_stock("9.5 mg"))
    assert str(refused.value) == (
        "An aliquot of trituration T1 brings 9.0 mg of diluent to 1 mg; its capsules take 8.5 mg of filler. "
        "Take a stronger one."
    )


@pytest.mark.parametrize(
    ("fill", "weighed"),
    [
        ("10 mg", ["10 mg"]),
        ("10.000001 mg", ["10 mg", "0.000001 mg"]),
        ("12.5 mg", ["10 mg", "2.5 mg"]),
    ],
)
def test_filler_is_weighed_down_to_a_nanogram_beside_an_aliquot(fill: str, weighed: list[str]) -> None:
    weighings = figures_of(one_from_stock(fill)).weighings
    assert [quantity_text(each.exact, MASS) for each in weighings] == weighed


def test_an_aliquot_that_is_a_nanogram_too_much_is_refused_not_filled_with_less_than_nothing() -> None:
    with pytest.raises(AliquotExceedsFiller):
        figures_of(one_from_stock("9.999999 mg"))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (None, "naltrexone hydrochloride"),
        (STOCK, "naltrexone hydrochloride"),
        (TABLETS, "naltrexone hydrochloride tablets, crushed"),
    ],
)
def test_tablets_are_named_as_what_they_are(source: Document | None, name: str) -> None:
    assert drug_name(an(an_order(source=source))) == name


@pytest.mark.parametrize("advice", ["", "200 capsules"])
def test_what_would_help_is_kept_with_the_figures(advice: str) -> None:
    assert figures_of(an_order(), advice).advice == advice


def test_what_helps_is_nothing_unless_it_is_said() -> None:
    ground = groundwork(an(an_order()))
    assert weigh_out(ground, dose_of(ground, 0), ground.supply).advice == ""


def test_the_dates_are_the_policys_and_that_of_everything_that_goes_in() -> None:
    """180 days from 21 November 2026, the first of them day 1, end on 19 May 2027."""
    changes: dict[str, Any] = {"source": STOCK, "next_active": {"powder": an_active(), "first_gives": "1 mg"}}
    found = order_limits(an(an_order(**changes)), [("trituration T0", date(2027, 2, 28))])
    assert [(limit.on, limit.because.removeprefix("expiry of ")) for limit in found[1:]] == [
        (date(2027, 2, 28), "trituration T0"),
        (date(2027, 1, 31), "trituration T1"),
        (date(2028, 6, 30), "naltrexone hydrochloride"),
        (date(2029, 1, 31), "microcrystalline cellulose"),
        (date(2028, 6, 30), "the second lot of naltrexone hydrochloride"),
    ]
    assert found[0].on == date(2027, 5, 19)
