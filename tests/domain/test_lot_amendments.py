"""Corrections of a lot: what its papers really say, field by field, old beside new; a trituration's is none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.stock.amendments import (
    FieldChange,
    LotAmendment,
    MadeHere,
    amended,
    changes_between,
    require_bought,
)
from compounder.domain.stock.lots import AssayBasis, Certificate, IngredientLot, TriturationFacts
from compounder.domain.stock.substances import (
    MICROCRYSTALLINE_CELLULOSE,
    NALTREXONE_HYDROCHLORIDE,
    NALTREXONE_HYDROCHLORIDE_DIHYDRATE,
)
from compounder.domain.units import MASS, parse_quantity

CERTIFICATE = Certificate(
    substance=NALTREXONE_HYDROCHLORIDE_DIHYDRATE,
    assay=Decimal("0.992"),
    assay_basis=AssayBasis.AS_IS,
    water=Decimal("0.016"),
)
SAID: dict[str, Any] = {
    "maker": "Maker",
    "grade": "USP",
    "lot_number": "L-1",
    "expires_on": date(2028, 6, 30),
    "certificate_number": "C-1",
    "cas_number": "none",
    "certificate": CERTIFICATE,
}
LOT = IngredientLot(
    substance=NALTREXONE_HYDROCHLORIDE_DIHYDRATE,
    received_on=date(2026, 10, 1),
    quantity=parse_quantity("25 g", MASS),
    note="kept dry",
    **SAID,
)
CORRECTED: dict[str, Any] = {
    "maker": "Another",
    "grade": "Ph. Eur.",
    "lot_number": "L-7",
    "expires_on": date(2027, 1, 31),
    "certificate_number": "C-7",
    "cas_number": "16676-29-2",
}
DRIED = replace(
    CERTIFICATE,
    assay=Decimal("0.981"),
    assay_basis=AssayBasis.DRIED,
    assay_expressed_as=NALTREXONE_HYDROCHLORIDE,
    water=None,
    loss_on_drying=Decimal("0.089"),
    residual_solvent=Decimal("0.002"),
)
DIFFERENCES = [
    ("maker", "Maker", "Another"),
    ("grade", "USP", "Ph. Eur."),
    ("lot_number", "L-1", "L-7"),
    ("expires_on", "2028-06-30", "2027-01-31"),
    ("certificate_number", "C-1", "C-7"),
    ("cas_number", "none", "16676-29-2"),
    ("assay", "99.2 %", "98.1 %"),
    ("assay_basis", "as-is", "dried"),
    ("assay_expressed_as", "naltrexone hydrochloride dihydrate", "naltrexone hydrochloride"),
    ("water", "1.6 %", ""),
    ("loss_on_drying", "", "8.9 %"),
    ("residual_solvent", "", "0.2 %"),
]


def differences(old: IngredientLot, new: IngredientLot) -> list[tuple[str, str, str]]:
    return [(change.field, change.old, change.new) for change in changes_between(old, new)]


def test_each_field_that_was_corrected_is_kept_old_beside_new() -> None:
    new = amended(LOT, LotAmendment(**CORRECTED, certificate=DRIED))
    assert new == replace(LOT, **CORRECTED, certificate=DRIED)
    assert differences(LOT, new) == DIFFERENCES
    assert differences(new, LOT) == [(field, after, before) for field, before, after in DIFFERENCES]


def test_a_correction_that_says_the_same_changes_nothing() -> None:
    assert amended(LOT, LotAmendment(**SAID)) == LOT
    assert differences(LOT, amended(LOT, LotAmendment(**SAID))) == []


def test_a_lot_without_a_certificate_is_corrected_in_what_it_has() -> None:
    """Where a certificate comes to it, each of its figures is new, and none that it does not state."""
    filler = replace(LOT, substance=MICROCRYSTALLINE_CELLULOSE, certificate=None)
    assert differences(filler, replace(filler, grade="PH-102")) == [("grade", "USP", "PH-102")]
    assert differences(filler, replace(filler, certificate=CERTIFICATE)) == [
        ("assay", "", "99.2 %"),
        ("assay_basis", "", "as-is"),
        ("assay_expressed_as", "", "naltrexone hydrochloride dihydrate"),
        ("water", "", "1.6 %"),
    ]


def test_what_a_dose_or_a_date_comes_from_changes_plans() -> None:
    changing = {field for field, old, new in DIFFERENCES if FieldChange(field=field, old=old, new=new).changes_plans}
    named = {"maker", "grade", "lot_number", "certificate_number", "cas_number"}
    assert changing == {field for field, _, _ in DIFFERENCES} - named


def test_a_trituration_is_what_its_weights_come_to_and_is_not_corrected() -> None:
    facts = TriturationFacts(
        ratio="1:10", active_fraction=Decimal("0.1"), diluent=MICROCRYSTALLINE_CELLULOSE, budget=()
    )
    made = replace(LOT, trituration=facts)
    require_bought(LOT)
    sentence = "^Trituration L-1 is what its weights come to and is not corrected; reject it instead.$"
    with pytest.raises(MadeHere, match=sentence):
        amended(made, LotAmendment(**CORRECTED, certificate=DRIED))
