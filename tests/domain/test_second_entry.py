"""What the second person is asked for: the figures that the order goes by, equal by value however they are written."""

from dataclasses import replace

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.second_entry import (
    FigureAsked,
    FigureKind,
    differing,
    figures_to_enter,
    right_figures,
)
from tests.database import stored
from tests.domain.orders import DIHYDRATE, HYDROCHLORIDE, Document, an_active, an_order, plan_order

ANHYDROUS = an_active(
    assay_percent="99.2", assay_basis="anhydrous", water_percent="1.6", residual_solvent_percent="0.2"
)
TABLETS = {"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg", "pack_statistics": {"3": "180 mg"}}
POWDER = {"substance": HYDROCHLORIDE}
DRIED = an_active(assay_percent="99.2", assay_basis="dried", loss_on_drying_percent="0.4")


def a_record(order: Document) -> CompoundingRecord:
    """The record of an order's first batch."""
    whole = read(order, BatchOrder)
    return stored.a_record(whole, plan_order(whole)[0], "261121A001K", "2611-001")


def keys(order: Document) -> list[str]:
    """The keys of what is asked of an order's first batch."""
    return [asked.key for asked in figures_to_enter(a_record(order))]


@pytest.mark.parametrize(
    ("order", "potency"),
    [
        (an_order(), ["substance", "assay"]),
        (an_order(active=ANHYDROUS), ["substance", "assay", "water", "residual_solvent"]),
        (an_order(active=DRIED), ["substance", "assay", "loss_on_drying"]),
        (an_order(active=ANHYDROUS, correct_for_potency=False), ["substance"]),
        (an_order(source=TABLETS), ["tablet_strength"]),
        (an_order(active=an_active(substance=DIHYDRATE)), ["substance", "assay"]),
    ],
)
def test_the_certificate_is_asked_for_as_far_as_the_order_goes_by_it(order: Document, potency: list[str]) -> None:
    assert keys(order) == ["strength", "capsules", *potency, "weigh_active"]


def test_a_trituration_in_stock_is_asked_for_as_its_label_says() -> None:
    source = {"name": "261120A001K", "active_fraction": "0.09998", "expires_on": "2027-05-01"}
    record = a_record(an_order("0.5 mg", active=ANHYDROUS, source=source))
    entered = {
        "strength": "0.5 mg",
        "capsules": "100",
        "trituration_strength": "97.39",
        "weigh_aliquot": "0.5134 g",
    }
    assert [asked.key for asked in figures_to_enter(record)] == list(entered)
    assert differing(record, entered) == ()
    (wrong,) = differing(record, entered | {"trituration_strength": "97.93"})
    assert wrong.label == "Strength on the label of trituration 261120A001K"
    assert wrong.accepted == "in mg/g, as on its label, digits only"


def test_a_second_lot_brings_its_certificate_and_its_weighing() -> None:
    powder = an_active(assay_percent="98.1", assay_basis="anhydrous", water_percent="2.2")
    record = a_record(an_order(next_active={"powder": powder, "first_gives": "200 mg"}))
    asked = [each.key for each in figures_to_enter(record)]
    second = ["next_substance", "next_assay", "next_water", "next_residual_solvent"]
    assert asked == ["strength", "capsules", "substance", "assay", *second, "weigh_active", "weigh_next_active"]


@pytest.mark.parametrize(
    ("strength", "capsules", "assay", "weighed"),
    [
        ("4.5 mg", "100", "100", "450 mg"),
        ("4500 mcg", "100", "100.000", "0.45 g"),
        ("0.0045 g", "100", "100", "450.0 mg"),
    ],
)
def test_figures_are_equal_by_value(strength: str, capsules: str, assay: str, weighed: str) -> None:
    entered = {"strength": strength, "capsules": capsules, "assay": assay, "weigh_active": weighed, **POWDER}
    assert differing(a_record(an_order()), entered) == ()


def test_what_differs_is_named_without_the_first_ones_figure() -> None:
    entered = {"strength": "45 mg", "capsules": "100", "assay": "100", "weigh_active": "405 mg", **POWDER}
    wrong = differing(a_record(an_order()), entered)
    assert wrong == (
        FigureAsked(key="strength", label="Strength", kind=FigureKind.DOSE),
        FigureAsked(key="weigh_active", label="To weigh of naltrexone hydrochloride", kind=FigureKind.MASS),
    )
    assert not any("450" in f"{each.label} {each.accepted}" for each in wrong)


def test_a_mass_of_a_revised_plan_says_of_which() -> None:
    record = a_record(an_order())
    labels = [figures_to_enter(each)[-1].label for each in (record, replace(record, plan_number=2))]
    assert labels == ["To weigh of naltrexone hydrochloride", "To weigh of naltrexone hydrochloride, by plan 2"]


def test_the_salt_is_told_from_the_base() -> None:
    """Its certificate looks the same, and one takes a tenth less powder than the other."""
    record = a_record(an_order())
    entered = {**right_figures(record), "substance": "naltrexone"}
    (wrong,) = differing(record, entered)
    assert (wrong.label, wrong.offered) == ("Powder", (HYDROCHLORIDE, DIHYDRATE, "naltrexone"))
    assert wrong.accepted == "as the label on the jar says, salt or base"
