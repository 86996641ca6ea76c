"""Potency: the table of hydrates row by row, moisture terms, and correction switched off."""

from decimal import Decimal
from typing import Any

import pytest

from tests.domain.orders import DIHYDRATE, HYDROCHLORIDE, Document, an_active, an_order, planned, refusals

BASE = "naltrexone"
WITH_WATER: Document = {"assay_basis": "anhydrous", "water_percent": "10"}
WITH_LOSS: Document = {"assay_basis": "dried", "loss_on_drying_percent": "10"}
AS_IS: Document = {"assay_basis": "as-is"}


def potency(basis: str = HYDROCHLORIDE, *, corrected: bool = True, **certificate: Any) -> Decimal:
    """The potency of a powder of that certificate."""
    order = an_order(strength_basis=basis, correct_for_potency=corrected, active=an_active(**certificate))
    return Decimal(planned(order)[0]["potency"])


@pytest.mark.parametrize("moisture", [AS_IS, WITH_WATER, WITH_LOSS], ids=lambda each: each["assay_basis"])
def test_hydrochloride_assayed_as_hydrochloride_needs_no_molar_mass(moisture: Document) -> None:
    left = 1 if moisture is AS_IS else Decimal("0.9")
    assert potency(substance=HYDROCHLORIDE, **moisture) == left


@pytest.mark.parametrize("moisture", [WITH_WATER, WITH_LOSS], ids=lambda each: each["assay_basis"])
def test_a_dihydrate_assayed_as_hydrochloride_is_corrected_by_its_water_alone(moisture: Document) -> None:
    assert potency(substance=DIHYDRATE, assay_expressed_as=HYDROCHLORIDE, **moisture) == Decimal("0.9")


def test_a_dihydrate_assayed_as_itself_as_is_is_corrected_by_its_molar_mass() -> None:
    assert round(potency(substance=DIHYDRATE, **AS_IS), 6) == Decimal("0.912948")


@pytest.mark.parametrize("moisture", [WITH_WATER, WITH_LOSS], ids=lambda each: each["assay_basis"])
@pytest.mark.parametrize("expressed_as", [DIHYDRATE, None])
def test_a_dihydrate_assayed_as_itself_without_its_water_is_refused(
    moisture: Document, expressed_as: str | None
) -> None:
    order = an_order(active=an_active(substance=DIHYDRATE, assay_expressed_as=expressed_as, **moisture))
    assert [refusal.code for refusal in refusals(order)] == ["double-hydrate-correction"]


@pytest.mark.parametrize("moisture", [AS_IS, WITH_WATER, WITH_LOSS], ids=lambda each: each["assay_basis"])
def test_the_base_counts_for_more_hydrochloride_than_it_weighs(moisture: Document) -> None:
    left = 1 if moisture is AS_IS else Decimal("0.9")
    assert round(potency(substance=BASE, **moisture), 12) == round(left * Decimal("377.86") / Decimal("341.41"), 12)


def test_a_strength_of_base_takes_more_hydrochloride() -> None:
    assert round(potency(BASE, substance=HYDROCHLORIDE), 12) == round(Decimal("341.41") / Decimal("377.86"), 12)


def test_water_and_residual_solvent_are_both_taken_off() -> None:
    found = potency(assay_basis="anhydrous", water_percent="1.6", residual_solvent_percent="0.4", assay_percent="99")
    assert found == Decimal("0.9702")


def test_a_figure_of_another_basis_is_not_taken_off() -> None:
    assert potency(assay_basis="as-is", water_percent="8", loss_on_drying_percent="9") == 1
    assert potency(assay_basis="dried", water_percent="8", loss_on_drying_percent="9") == Decimal("0.91")


@pytest.mark.parametrize("powder", [HYDROCHLORIDE, DIHYDRATE, BASE])
def test_with_correction_off_only_the_powders_molar_mass_counts(powder: str) -> None:
    molar = {HYDROCHLORIDE: "377.86", DIHYDRATE: "413.89", BASE: "341.41"}
    found = potency(corrected=False, substance=powder, assay_percent="90", **WITH_WATER)
    assert round(found, 12) == round(Decimal("377.86") / Decimal(molar[powder]), 12)


def test_correction_off_answers_where_correcting_would_count_water_twice() -> None:
    assert round(potency(corrected=False, substance=DIHYDRATE, **WITH_WATER), 6) == Decimal("0.912948")


def test_powder_without_water_or_loss_is_as_potent_as_its_assay() -> None:
    assert potency(assay_basis="anhydrous", water_percent="0", assay_percent="98") == Decimal("0.98")
    assert potency(assay_basis="dried", loss_on_drying_percent="0", assay_percent="98") == Decimal("0.98")
