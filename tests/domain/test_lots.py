"""Ingredient lots: what cannot be received, and filled capsules that cannot be of one powder."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.errors import CompoundingError, OutOfBounds
from compounder.domain.stock.errors import DoubleHydrateCorrection, ExpiredAtReceipt
from compounder.domain.stock.lots import IngredientLot, PackMeasurement
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import MASS_PER_CAPSULE, parse_mass, quantity_text
from tests.domain.orders import CELLULOSE, DIHYDRATE, HYDROCHLORIDE, Document


def a_lot(**changes: Any) -> IngredientLot:
    """A jar of cellulose."""
    usual = {"substance": CELLULOSE, "maker": "Maker", "lot_number": "L-1", "received_on": "2026-10-01"}
    return read(usual | {"expires_on": "2029-01-31", "quantity": "1 kg"} | changes, IngredientLot)


def a_measurement(*weights: str, shell: str = "48 mg") -> PackMeasurement:
    """Filled capsules of size 3."""
    return PackMeasurement(
        capsule_size=CapsuleSize.THREE,
        measured_on=date(2026, 11, 21),
        filled_weights=tuple(parse_mass(f"{weight} mg") for weight in weights),
        mean_empty_shell=parse_mass(shell),
    )


def test_a_lot_that_expired_before_it_came_in_is_refused() -> None:
    with pytest.raises(ExpiredAtReceipt) as refused:
        a_lot(expires_on="2026-09")
    assert refused.value.pointer == "/expires_on"
    assert str(refused.value) == (
        "Lot L-1 expired on 30 Sep 2026, before its receipt on 1 Oct 2026; it cannot be used."
    )


def test_a_lot_may_come_in_on_its_last_day() -> None:
    assert a_lot(expires_on="2026-10-01").expires_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    "basis",
    [
        {"assay_basis": "anhydrous", "water_percent": "8.9"},
        {"assay_basis": "dried", "loss_on_drying_percent": "8.9"},
    ],
    ids=lambda basis: str(basis["assay_basis"]),
)
def test_a_certificate_that_contradicts_itself_is_not_received(basis: Document) -> None:
    certificate = {"substance": DIHYDRATE, "assay_percent": "99", **basis}
    with pytest.raises(DoubleHydrateCorrection) as refused:
        a_lot(substance=DIHYDRATE, certificate=certificate)
    assert refused.value.pointer == "/certificate/assay_basis"
    as_hydrochloride = a_lot(substance=DIHYDRATE, certificate={**certificate, "assay_expressed_as": HYDROCHLORIDE})
    assert as_hydrochloride.certificate is not None


@pytest.mark.parametrize("wrong", ["2280", "409", "137", "72.6"])
def test_a_weight_that_cannot_be_of_the_same_powder_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(OutOfBounds) as refused:
        a_measurement("228", wrong, "228", "228", "228")
    assert refused.value.field_name == "filled_weights"
    figure = f"{Decimal(wrong):,}"
    assert str(refused.value) == f"{figure} mg among these weights was read; 138 mg to 408 mg is accepted."


def test_weights_of_half_and_twice_the_median_are_accepted() -> None:
    measured = a_measurement("138", "228", "228", "228", "408")
    assert quantity_text(measured.pack_statistic, MASS_PER_CAPSULE) == "198 mg"


def test_an_even_number_of_weights_has_a_median_between_two() -> None:
    with pytest.raises(CompoundingError, match=r"137\.9 mg among these weights was read; 138 mg to 408 mg"):
        a_measurement("137.9", "227", "227", "229", "229", "229")


def test_the_spread_of_net_weights_is_with_n_minus_one() -> None:
    """Worked example E12, each tablet as the net weight of a capsule whose shell weighs 48 mg."""
    tablets = ("248.2", "251.7", "249.8", "250.5", "252.1", "248.9", "251.3", "249.6", "250.8", "251.0")
    measured = a_measurement(*(str(Decimal(weight) + 48) for weight in tablets))
    assert round(measured.relative_standard_deviation * 100, 3) == Decimal("0.498")


def test_equal_weights_have_no_spread() -> None:
    assert a_measurement(*["228"] * 5).relative_standard_deviation == 0


@pytest.mark.parametrize("slip", ["1397 mg", "13.97 mg", "169.4 mg", "110 mg"])
def test_a_tablet_far_from_the_others_is_refused_by_its_weight(slip: str) -> None:
    weights = [*("139.7 mg",) * 19, slip]
    with pytest.raises(OutOfBounds) as refused:
        TabletFacts(tablet_strength=parse_mass("10 mg"), weights=tuple(map(parse_mass, weights)))
    said = f"{slip.replace('1397', '1,397')} among these tablets was read; 118.745 mg to 160.655 mg is accepted."
    assert str(refused.value) == said
