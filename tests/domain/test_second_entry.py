"""What the second person is asked for: the figures that the order goes by, equal by value however they are written."""

from dataclasses import replace

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.record.second_entry import (
    FigureAsked,
    FigureKind,
    differing,
    figures_to_enter,
    right_figures,
)
from tests.domain.orders import DIHYDRATE, HYDROCHLORIDE, Document, an_active, an_order
from tests.domain.records import a_record

ANHYDROUS = an_active(
    assay_percent="99.2", assay_basis="anhydrous", water_percent="1.6", residual_solvent_percent="0.2"
)
TABLETS = {"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg", "pack_statistics": {"3": "180 mg"}}
POWDER = {"substance": HYDROCHLORIDE}
LOT = {"lot_id": "1", "lot_number": "NTX-1", "maker": "Hillcrest", "status": "in-use", "free": "25 g"}
DRIED = an_active(assay_percent="99.2", assay_basis="dried", loss_on_drying_percent="0.4")


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
    assert figures_to_enter(record)[-1].label == "To weigh of trituration 261120A001K"
    assert wrong.accepted == "in mg/g, as on its label, digits only"


def test_a_second_lot_brings_its_certificate_and_its_weighing() -> None:
    powder = an_active(assay_percent="98.1", assay_basis="anhydrous", water_percent="2.2")
    record = a_record(an_order(next_active={"powder": powder, "first_gives": "200 mg"}))
    asked = [each.key for each in figures_to_enter(record)]
    assert figures_to_enter(record)[-1].label == "To weigh of naltrexone hydrochloride, second lot"
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


WATERLESS = an_active(assay_percent="99.2", assay_basis="anhydrous", water_percent="0", lot=LOT)
DRY = an_active(assay_percent="99.2", assay_basis="dried", loss_on_drying_percent="0", lot=LOT)
SOLVENT = "Residual solvent, 0 where none is stated,"
OF_THE_LOT = [("Powder of lot NTX-1", HYDROCHLORIDE), ("Assay of lot NTX-1", "99.2")]


@pytest.mark.parametrize(
    ("order", "asked"),
    [
        (
            an_order(active=ANHYDROUS),
            [("Powder", HYDROCHLORIDE), ("Assay", "99.2"), ("Water", "1.6"), (SOLVENT, "0.2")],
        ),
        (
            an_order(active=WATERLESS),
            [*OF_THE_LOT, ("Water of lot NTX-1", "0"), (f"{SOLVENT} of lot NTX-1", "0")],
        ),
        (an_order(active=DRIED), [("Powder", HYDROCHLORIDE), ("Assay", "99.2"), ("Loss on drying", "0.4")]),
        (an_order(active=DRY), [*OF_THE_LOT, ("Loss on drying of lot NTX-1", "0")]),
        (an_order(source=TABLETS), [("Strength of one tablet", "50 mg")]),
    ],
)
def test_each_figure_of_the_certificate_is_asked_for_in_its_words(
    order: Document, asked: list[tuple[str, str]]
) -> None:
    record = a_record(order)
    first, second, *certificate, _ = figures_to_enter(record)
    assert [first.label, second.label] == ["Strength", "Capsules to make"]
    right = right_figures(record)
    assert [(each.label, right[each.key]) for each in certificate] == asked
    assert differing(record, right) == ()


def test_what_starts_each_trituration_is_asked_for_by_our_lot_numbers() -> None:
    """One capsule of 0.5 mg through two triturations of 1:10, each started with 30 mg; 0.5 mg is in 50 mg."""
    record = a_record(an_order("0.5 mg", 1, trituration="shared", ratios=["1:10"]))
    right = right_figures(record)
    assert [(each.key, each.label, right[each.key]) for each in figures_to_enter(record)[-3:]] == [
        ("trituration_1", "To weigh of naltrexone hydrochloride for trituration 261121A001K", "30.0 mg"),
        ("trituration_2", "To weigh of trituration 261121A001K for trituration 261121A002K", "30.0 mg"),
        ("weigh_aliquot", "To weigh of trituration 261121A002K", "50.0 mg"),
    ]
    assert differing(record, right) == ()


def test_only_a_powder_is_chosen_from_those_there_are() -> None:
    offered = {each.key: bool(each.offered) for each in figures_to_enter(a_record(an_order()))}
    assert offered == {"strength": False, "capsules": False, "substance": True, "assay": False, "weigh_active": False}


def test_every_figure_that_is_missing_or_unreadable_is_told_at_once() -> None:
    entered = {"strength": "4.5 mg", "capsules": " ", "assay": "99,2", "weigh_active": " 450 mg ", **POWDER}
    with pytest.raises(CompoundingError) as refused:
        differing(a_record(an_order()), entered)
    assert [(each.pointer, str(each)) for each in refused.value.errors()] == [
        ("/capsules", '"Capsules to make" is missing; it is needed here.'),
        ("/assay", '"99,2" has a comma, which could mean ten times more; write a point.'),
    ]
    del entered["strength"]
    with pytest.raises(CompoundingError) as refused:
        differing(a_record(an_order()), entered)
    first, *_ = refused.value.errors()
    assert (first.pointer, str(first)) == ("/strength", '"Strength" is missing; it is needed here.')
