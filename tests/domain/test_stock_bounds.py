"""What no balance, lot, certificate or measurement can be: each bound at its field, with what is accepted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.errors import MissingKey
from compounder.domain.quality.pack_statistic import MixtureFacts
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.stock.errors import DoubleHydrateCorrection, UnknownSubstance
from compounder.domain.stock.lots import AssayBasis, Certificate, IngredientLot, PackMeasurement
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import (
    NALTREXONE_HYDROCHLORIDE,
    NALTREXONE_HYDROCHLORIDE_DIHYDRATE,
    SUBSTANCES,
    filler_named,
    molar_mass,
)
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import MASS, MASS_PER_CAPSULE, READING, Mass, parse_quantity, quantity_text
from tests.domain.orders import CELLULOSE, DIHYDRATE
from tests.domain.refused import refused


def mass(text: str) -> Mass:
    return parse_quantity(text, MASS)


def masses(*milligrams: str) -> tuple[Mass, ...]:
    return tuple(mass(f"{each} mg") for each in milligrams)


BALANCE = ElectronicBalance(name="B1", readability=parse_quantity("0.1 mg", READING), repeatability=mass("0.1 mg"))
CERTIFICATE = Certificate(
    substance=NALTREXONE_HYDROCHLORIDE, assay=Decimal("0.99"), assay_basis=AssayBasis.AS_IS, water=Decimal("0.016")
)
MEASURED = PackMeasurement(
    capsule_size=CapsuleSize.THREE,
    measured_on=date(2026, 11, 21),
    filled_weights=masses(*["228"] * 5),
    mean_empty_shell=mass("48 mg"),
)
TABLETS = TabletFacts(tablet_strength=mass("50 mg"), weights=masses(*["140"] * 20))
JAR = IngredientLot(
    substance=NALTREXONE_HYDROCHLORIDE,
    maker="Maker",
    lot_number="L-1",
    received_on=date(2026, 10, 1),
    expires_on=date(2028, 6, 30),
    quantity=mass("25 g"),
    certificate=CERTIFICATE,
)
ALL_THAT_ACT = "naltrexone hydrochloride or naltrexone hydrochloride dihydrate or naltrexone"
ONE_LINE = "was read; a text of 1 to 40 printable letters is accepted."

REFUSED: list[tuple[Any, dict[str, Any], str, str]] = [
    (BALANCE, {"name": ""}, "name", f'"" {ONE_LINE}'),
    (
        BALANCE,
        {"readability": parse_quantity("0.0009 mcg", READING)},
        "readability",
        "0.0009 mcg was read; 0.001 mcg to any step a balance shows is accepted.",
    ),
    (CERTIFICATE, {"assay": Decimal("0.499")}, "assay", "49.9 % was read; 50 % to 110 % is accepted."),
    (CERTIFICATE, {"assay": Decimal("1.101")}, "assay", "110.1 % was read; 50 % to 110 % is accepted."),
    (CERTIFICATE, {"water": Decimal("0.301")}, "water", "30.1 % was read; 0 % to 30 % is accepted."),
    (CERTIFICATE, {"loss_on_drying": Decimal("0.301")}, "loss_on_drying", "30.1 % was read; 0 % to 30 % is accepted."),
    (
        CERTIFICATE,
        {"residual_solvent": Decimal("0.301")},
        "residual_solvent",
        "30.1 % was read; 0 % to 30 % is accepted.",
    ),
    (
        CERTIFICATE,
        {"residual_solvent": Decimal("0.285")},
        "residual_solvent",
        "30.1 % of water and solvent together was read; 0 % to 30 % is accepted.",
    ),
    (
        CERTIFICATE,
        {"assay_basis": AssayBasis.ANHYDROUS, "water": None},
        "water",
        '"water_percent" is missing; it is needed here.',
    ),
    (
        CERTIFICATE,
        {"assay_basis": AssayBasis.DRIED},
        "loss_on_drying",
        '"loss_on_drying_percent" is missing; it is needed here.',
    ),
    (
        MEASURED,
        {"filled_weights": masses(*["228"] * 4)},
        "filled_weights",
        "4 was read; 5 to 20 is accepted.",
    ),
    (
        MEASURED,
        {"filled_weights": masses(*["228"] * 21)},
        "filled_weights",
        "21 was read; 5 to 20 is accepted.",
    ),
    (
        MEASURED,
        {"filled_weights": masses("48", *["228"] * 5)},
        "filled_weights",
        "48 mg was read; more than the empty shell, 48 mg to any weight is accepted.",
    ),
    (
        MEASURED,
        {"filled_weights": masses("137", *["228"] * 5)},
        "filled_weights",
        "137 mg among these weights was read; 138 mg to 408 mg is accepted.",
    ),
    (TABLETS, {"weights": masses(*["140"] * 19)}, "weights", "19 was read; 20 to 100 is accepted."),
    (TABLETS, {"weights": masses(*["140"] * 101)}, "weights", "101 was read; 20 to 100 is accepted."),
    (
        TABLETS,
        {"weights": masses("49.9", *["140"] * 20)},
        "weights",
        "49.9 mg was read; the tablet's strength, 50 mg, to any weight is accepted.",
    ),
    (
        TABLETS,
        {"weights": masses("118.9", *["140"] * 20)},
        "weights",
        "118.9 mg among these tablets was read; 119 mg to 161 mg is accepted.",
    ),
    (JAR, {"maker": " "}, "maker", '" " was read; a text of 1 to 60 printable letters is accepted.'),
    (JAR, {"lot_number": ""}, "lot_number", '"" was read; a text of 1 to 60 printable letters is accepted.'),
    (JAR, {"certificate": None}, "certificate", '"certificate" is missing; it is needed here.'),
]


@pytest.mark.parametrize("kind", [ElectronicBalance, Certificate, PackMeasurement, TabletFacts, IngredientLot])
def test_what_is_beyond_a_bound_is_refused_at_its_field(kind: type) -> None:
    for value, changes, field, sentence in (row for row in REFUSED if isinstance(row[0], kind)):
        assert refused(value, **changes) == (field, sentence)


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (BALANCE, {"readability": parse_quantity("0.001 mcg", READING)}),
        (CERTIFICATE, {"residual_solvent": Decimal("0.284")}),
        (MEASURED, {"filled_weights": masses(*["228"] * 20)}),
        (TABLETS, {"weights": masses("119", "161", *["140"] * 98)}),
        (TABLETS, {"weights": masses(*["50"] * 20)}),
        (JAR, {"certificate": None, "tablets": TABLETS}),
        (JAR, {"substance": SUBSTANCES[CELLULOSE], "certificate": None}),
    ],
    ids=str,
)
def test_what_is_at_a_bound_is_taken(value: Any, changes: dict[str, Any]) -> None:
    assert replace(value, **changes)


@pytest.mark.parametrize("field", ["substance", "assay_expressed_as"])
def test_a_certificate_counts_a_substance_that_acts(field: str) -> None:
    sentence = f'"{CELLULOSE}" is not a substance accepted here; write {ALL_THAT_ACT}.'
    assert refused(CERTIFICATE, **{field: SUBSTANCES[CELLULOSE]}) == (field, sentence)


def test_a_certificate_that_counts_water_twice_is_refused_with_the_hydrate() -> None:
    twice = replace(CERTIFICATE, substance=NALTREXONE_HYDROCHLORIDE_DIHYDRATE, assay_basis=AssayBasis.ANHYDROUS)
    with pytest.raises(DoubleHydrateCorrection) as found:
        replace(JAR, certificate=twice)
    assert (found.value.substance, found.value.pointer) == (DIHYDRATE, "/certificate/assay_basis")


def test_a_filler_is_chosen_by_its_exact_name_and_none_that_acts_is_taken() -> None:
    assert filler_named(CELLULOSE) is SUBSTANCES[CELLULOSE]
    for name, accepted in (("naltrexone", CELLULOSE), ("cellulose", f"{ALL_THAT_ACT} or {CELLULOSE}")):
        with pytest.raises(UnknownSubstance) as found:
            filler_named(name)
        assert str(found.value) == f'"{name}" is not a substance accepted here; write {accepted}.'
        assert found.value.field_name == ""


def test_only_what_acts_has_a_molar_mass_here() -> None:
    assert molar_mass(NALTREXONE_HYDROCHLORIDE) == Decimal("377.86")
    with pytest.raises(UnknownSubstance) as found:
        molar_mass(SUBSTANCES[CELLULOSE])
    assert str(found.value) == f'"{CELLULOSE}" is not a substance accepted here; write {ALL_THAT_ACT}.'


def test_the_base_its_salt_and_the_hydrate_are_told_by_their_cas_numbers() -> None:
    """The hydrate by that of the salt; cellulose has none that is looked at here."""
    told = {name for name, substance in SUBSTANCES.items() if substance.is_told_by_cas_number}
    assert told == set(SUBSTANCES) - {CELLULOSE}


def test_the_statistic_of_a_filler_comes_from_the_capsules_of_a_batch() -> None:
    """E9: capsules of 121.5 mg net, 4.5 mg of it drug with a statistic of 180 mg, show 120 mg of filler."""
    each = {"fill": "121.5 mg", "active": "4.5 mg", "active_statistic": "180 mg"}
    mixture = MixtureFacts(batch="B", **{name: parse_quantity(text, MASS_PER_CAPSULE) for name, text in each.items()})
    measured = replace(MEASURED, filled_weights=masses(*["169.5"] * 5), mixture=mixture)
    assert quantity_text(measured.pack_statistic, MASS_PER_CAPSULE) == "120 mg"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(MissingKey) as found:
        replace(JAR, certificate=None)
    assert found.value.missing == "certificate"


def test_the_statistic_is_the_mean_without_the_shell() -> None:
    """Mean of 226, 228, 228, 230 and 238 mg is 230 mg; less a shell of 48 mg, 182 mg."""
    measured = replace(MEASURED, filled_weights=masses("226", "228", "228", "230", "238"))
    assert quantity_text(measured.pack_statistic, MASS_PER_CAPSULE) == "182 mg"
