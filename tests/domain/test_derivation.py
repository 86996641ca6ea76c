"""The derivation: every figure with its formula, the numbers put in, the result and whose figure it is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.batch.as_weighed import AsWeighed
from compounder.domain.batch.as_weighed_derivation import derive_left_over
from compounder.domain.batch.derivation_lines import derivation_line
from compounder.domain.units import mg, of
from tests.domain.orders import DIHYDRATE, HYDROCHLORIDE, Document, a_balance, a_filler, an_active, an_order, planned
from tests.domain.reviewed import FIGURES, ORDER

DENSE: Document = {
    "active": an_active(pack_statistics=None, density="0.7 g/mL"),
    "filler": a_filler(pack_statistics=None, density="0.85 g/mL"),
}


def lines(order: Document) -> dict[str, Document]:
    """The derivation's lines by label."""
    return {line["label"]: line for line in planned(order)[0]["derivation"]}


def test_the_lines_stand_in_the_worksheets_order() -> None:
    assert list(lines(an_order())) == [
        "Potency",
        "Capsules to make",
        "Drug powder per capsule",
        "Room the drug takes",
        "Filler per capsule",
        "Fill per capsule",
        "Naltrexone hydrochloride to weigh",
        "Microcrystalline cellulose to weigh",
        "Least that B1 weighs",
        "Beyond-use date",
    ]


@pytest.mark.parametrize(
    ("certificate", "formula", "numbers"),
    [
        ({}, "assay", "1"),
        ({"assay_basis": "anhydrous", "water_percent": "1.6"}, "assay × (1 − water)", "1 × (1 − 0.016)"),
        ({"assay_basis": "anhydrous", "water_percent": "0"}, "assay × (1 − water)", "1 × (1 − 0)"),
        ({"assay_basis": "dried", "loss_on_drying_percent": "0"}, "assay × (1 − loss on drying)", "1 × (1 − 0)"),
        ({"assay_basis": "dried", "loss_on_drying_percent": "2"}, "assay × (1 − loss on drying)", "1 × (1 − 0.02)"),
        (
            {"assay_basis": "anhydrous", "water_percent": "1.6", "residual_solvent_percent": "0.4"},
            "assay × (1 − water − solvent)",
            "1 × (1 − 0.016 − 0.004)",
        ),
        (
            {"assay_basis": "anhydrous", "water_percent": "0", "residual_solvent_percent": "0.4"},
            "assay × (1 − water − solvent)",
            "1 × (1 − 0 − 0.004)",
        ),
        ({"substance": DIHYDRATE}, "assay × M(basis) ÷ M(assayed as)", "1 × 377.86 ÷ 413.89"),
        ({"substance": DIHYDRATE, "assay_expressed_as": HYDROCHLORIDE}, "assay", "1"),
    ],
)
def test_potency_is_derived_from_what_the_certificate_says(
    certificate: dict[str, Any], formula: str, numbers: str
) -> None:
    line = lines(an_order(active=an_active(**certificate)))["Potency"]
    assert (line["formula"], line["with"]) == (formula, numbers)


def test_correction_off_is_the_sites_own_choice() -> None:
    """E14: 377.86 ÷ 413.89 = 0.912948."""
    line = lines(an_order(correct_for_potency=False, active=an_active(substance=DIHYDRATE)))["Potency"]
    assert (line["formula"], line["source"]) == ("correction off: M(basis) ÷ M(powder)", "site setting")
    assert (line["with"], line["result"][:8]) == ("377.86 ÷ 413.89", "0.912947")


def test_overage_stands_in_the_formula_only_where_there_is_one() -> None:
    without, with_it = (lines(an_order(active_overage_percent=each))["Drug powder per capsule"] for each in ("0", "5"))
    assert (without["formula"], without["with"]) == ("strength ÷ potency", "4.5 mg ÷ 1")
    assert (with_it["formula"], with_it["with"]) == ("strength × (1 + overage) ÷ potency", "4.5 mg × (1 + 0.05) ÷ 1")


def test_a_weighing_says_the_step_as_the_balance_shows_it() -> None:
    line = lines(an_order(balances=[a_balance(readability="0.001 g")]))["Naltrexone hydrochloride to weigh"]
    assert (line["formula"], line["result"]) == ("per capsule × capsules, half up to 0.001 g", "0.450 g")


def test_a_prescription_balance_has_its_own_rule() -> None:
    balance = {"name": "Rx", "readability": "1 mg", "sensitivity_requirement": "3 mg"}
    line = lines(an_order(balances=[balance]))["Least that Rx weighs"]
    assert (line["with"], line["result"]) == ("3 mg ÷ 0.01", "300 mg")


def test_densities_show_the_volume_that_the_drug_takes() -> None:
    found = lines(an_order() | DENSE)
    assert found["Volume the drug takes"]["with"] == "4.5 mg ÷ 0.7 g/mL"
    assert found["Filler per capsule"]["with"].startswith("(0.3 mL − 0.00642857142857 mL) × 0.85 g/mL")


def test_the_source_of_the_volumes_is_named() -> None:
    assert lines(an_order() | DENSE)["Filler per capsule"]["source"] == "makers' nominal volumes; site setting"
    ours = lines(an_order(capsule_volumes={"3": "0.31 mL"}) | DENSE)["Filler per capsule"]
    assert ours["source"] == "capsule volumes of the order"


def test_the_beyond_use_date_shows_every_date_it_was_chosen_from() -> None:
    line = lines(an_order(filler=a_filler(expires_on="2027-01-31")))["Beyond-use date"]
    assert line["with"] == "21 Nov 2026 + 180 days − 1 = 19 May 2027; 30 Jun 2028; 31 Jan 2027"
    assert (line["result"], line["source"]) == ("31 Jan 2027", "expiry of microcrystalline cellulose")


def test_numbers_of_a_derivation_work_out_to_its_result() -> None:
    line = lines(an_order("3 mg", active=an_active(assay_percent="97")))["Drug powder per capsule"]
    strength, potency = line["with"].split(" mg ÷ ")
    assert round(Decimal(strength) / Decimal(potency), 11) == Decimal(line["result"].removesuffix(" mg"))


def test_what_was_weighed_is_shown_with_the_capsules_it_is_enough_for() -> None:
    """E9, a thousand: 4,950 mg is enough for 1,100."""
    found = lines(an_order(capsules=1000, as_weighed={"weighed": "4950 mg", "capsules_to_make": 1100}))
    assert found["Capsules that the drug as weighed is enough for"] == {
        "label": "Capsules that the drug as weighed is enough for",
        "formula": "drug powder as weighed ÷ drug powder per capsule",
        "with": "4,950 mg ÷ 4.5 mg",
        "result": "1,100",
        "source": "reading at the bench",
    }
    assert found["Capsules to make"] == {
        "label": "Capsules to make",
        "formula": "revised to what was weighed",
        "with": "of 1,100",
        "result": "1,100",
        "source": "reading at the bench",
    }


def test_what_is_left_of_a_mixture_is_shown_where_all_that_was_weighed_is_mixed() -> None:
    """E9 with 495 mg: mixed for 110 capsules, of which 100 are filled, ten fills of 121.5 mg are left over."""
    revised = AsWeighed(weighed=of(495, mg), capsules_to_make=100, mixes_all=True)
    figures = replace(FIGURES, dose=replace(FIGURES.dose, mixed_for=Decimal(110)))
    assert list(derive_left_over(replace(ORDER, as_weighed=revised), figures)) == [
        derivation_line(
            "Mixture left over",
            "fill per capsule × (capsules mixed for − capsules to make)",
            "121.5 mg × (110 − 100)",
            "1,215 mg",
            "discarded",
        )
    ]
    only_filled = replace(revised, mixes_all=False)
    assert list(derive_left_over(replace(ORDER, as_weighed=only_filled), figures)) == []
    assert list(derive_left_over(ORDER, figures)) == []
