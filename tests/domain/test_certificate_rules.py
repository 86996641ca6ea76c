"""Each rule on certificates and on packing by itself: the very sentence at its bound, and silence just inside of it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.batch.capsules import FillMethod
from compounder.domain.batch.certificate_review import (
    assay_is_expressed_as_usual,
    assay_is_usual,
    assay_is_within_monograph,
    hydrate_has_its_water,
    moisture_is_used,
    review_certificate,
    water_is_usual,
)
from compounder.domain.batch.figures import Figures
from compounder.domain.batch.order import ActivePowder
from compounder.domain.batch.powder_review import packing_is_possible
from compounder.domain.findings import Finding
from compounder.domain.stock.lots import AssayBasis
from compounder.domain.stock.substances import (
    NALTREXONE,
    NALTREXONE_HYDROCHLORIDE,
    NALTREXONE_HYDROCHLORIDE_DIHYDRATE,
    Substance,
)
from compounder.domain.units import DENSITY, MASS_PER_CAPSULE, parse_quantity
from tests.domain.orders import CELLULOSE, DIHYDRATE, HYDROCHLORIDE
from tests.domain.reviewed import FIGURES, ORDER, said

Rule = Callable[[ActivePowder], Iterable[Finding]]
BASES = {"as-is": AssayBasis.AS_IS, "anhydrous": AssayBasis.ANHYDROUS, "dried": AssayBasis.DRIED}
HALF_A_DIHYDRATE = Substance(
    name="a hydrate",
    formula="C20H23NO4·HCl·H2O",
    molar_mass=Decimal("360"),
    hydration_water=Decimal("0.05"),
    source="round figures",
)


def certified(rule: Rule, substance: Substance, basis: str, assay: str, **shares: Any) -> list[tuple[str, str, str]]:
    """What a rule says of a certificate with these percentages."""
    stated: dict[str, Any] = {
        name: Decimal(share).scaleb(-2) if isinstance(share, str) else share for name, share in shares.items()
    }
    percent = Decimal(assay).scaleb(-2)
    active = replace(ORDER.active, substance=substance, assay_basis=BASES[basis], assay=percent, **stated)
    return said(rule(active))


AS_HYDROCHLORIDE = {"assay_expressed_as": NALTREXONE_HYDROCHLORIDE}


def test_a_hydrate_gives_off_at_least_half_of_its_water() -> None:
    """One of 5 % water: half of it is 2.5 %. As is, what the assay lacks of all is what was left out."""

    def taken_off(percent: str, basis: str, assay: str, **shares: str) -> bool:
        found = certified(hydrate_has_its_water, HALF_A_DIHYDRATE, basis, assay, **shares, **AS_HYDROCHLORIDE)
        certificate = f"its certificate takes off {percent} %. Check its basis; give the reason."
        sentence = f"A hydrate holds 5.0 % water; {certificate}"
        return found == [("decide", "hydrate-without-moisture", sentence)]

    assert taken_off("2.4", "anhydrous", "99", water="2.4")
    assert taken_off("2", "as-is", "98")
    enough = certified(hydrate_has_its_water, HALF_A_DIHYDRATE, "anhydrous", "99", water="2.5", **AS_HYDROCHLORIDE)
    as_is = certified(hydrate_has_its_water, HALF_A_DIHYDRATE, "as-is", "97.5", **AS_HYDROCHLORIDE)
    assert enough == as_is == []


def test_an_assay_of_a_hydrate_as_itself_needs_no_water() -> None:
    assert certified(review_certificate, NALTREXONE_HYDROCHLORIDE_DIHYDRATE, "as-is", "99") == []


@pytest.mark.parametrize(
    ("basis", "assay", "is_said"),
    [("anhydrous", "98", 0), ("anhydrous", "97.9", 1), ("as-is", "93", 0), ("as-is", "92.9", 1), ("as-is", "102.1", 1)],
)
def test_the_monograph_of_the_hydrochloride_is_98_to_102_percent(basis: str, assay: str, is_said: int) -> None:
    """As is, the 5 % of water that is usual at most may be missing: 98 % − 5 % = 93 %."""
    sentence = f"Assay {assay} % is outside the monograph of {HYDROCHLORIDE}, 98 to 102 %; check the certificate."
    expected = [("caution", "assay-outside-monograph", sentence)] * is_said
    water = {"water": "1.6"} if basis == "anhydrous" else {}
    assert certified(assay_is_within_monograph, NALTREXONE_HYDROCHLORIDE, basis, assay, **water) == expected


def test_an_assay_of_the_base_more_than_5_percent_off_is_unusual() -> None:
    sentence = "Assay 94.9 % is unusual for naltrexone; check the certificate for a slip of a digit."
    assert certified(assay_is_usual, NALTREXONE, "anhydrous", "94.9", water="1") == [
        ("caution", "assay-unusual", sentence)
    ]
    assert certified(assay_is_usual, NALTREXONE, "anhydrous", "95", water="1") == []


def test_no_powder_but_a_hydrate_holds_more_than_5_percent_of_water() -> None:
    def unusual(basis: str, **shares: str) -> list[str]:
        found = certified(water_is_usual, NALTREXONE_HYDROCHLORIDE, basis, "99", **shares)
        return [message for severity, code, message in found if (severity, code) == ("caution", "water-unusual")]

    end = f"is unusual for {HYDROCHLORIDE}; check the certificate for a slipped point."
    assert unusual("anhydrous", water="5.1") == [f"Water 5.1 % {end}"]
    assert unusual("anhydrous", water="5", residual_solvent="0.1") == [f"Water with solvent 5.1 % {end}"]
    assert unusual("dried", loss_on_drying="5.1") == [f"Loss on drying 5.1 % {end}"]
    assert unusual("anhydrous", water="5") == unusual("dried", loss_on_drying="5") == []


def test_a_hydrate_holds_its_water_and_half_of_it_more_at_most() -> None:
    """One of 5 % water: 7.5 %."""
    sentence = "Water 7.6 % is unusual for a hydrate; check the certificate for a slipped point."
    usual, more = (
        certified(water_is_usual, HALF_A_DIHYDRATE, "anhydrous", "99", water=water) for water in ("7.5", "7.6")
    )
    assert (usual, more) == ([], [("caution", "water-unusual", sentence)])


def test_a_share_that_the_basis_does_not_use_is_named() -> None:
    def not_used(basis: str, **shares: str) -> list[tuple[str, str, str]]:
        return certified(moisture_is_used, NALTREXONE_HYDROCHLORIDE, basis, "99", **shares)

    for found, sentence in (
        (not_used("as-is", water="1.6"), "Water 1.6 % is not taken off an assay stated as is"),
        (
            not_used("dried", loss_on_drying="1", water="1.6"),
            "Water 1.6 % is not taken off an assay on the dried basis",
        ),
        (
            not_used("anhydrous", water="1", loss_on_drying="2"),
            "Loss on drying 2 % is not taken off an assay on the anhydrous basis",
        ),
    ):
        assert found == [("caution", "moisture-not-used", f"{sentence}; check the certificate's basis.")]
    assert not_used("as-is", water="0", loss_on_drying="0") == []


def test_a_pair_that_the_house_table_lacks_is_decided() -> None:
    hydrate_as_base = (NALTREXONE_HYDROCHLORIDE_DIHYDRATE, "as-is", "85")
    found = certified(assay_is_expressed_as_usual, *hydrate_as_base, assay_expressed_as=NALTREXONE)
    sentence = f"The assay of {DIHYDRATE} is expressed as naltrexone; check the certificate and give the reason."
    assert found == [("decide", "assay-expressed-otherwise", sentence)]


def packed(method: FillMethod, *, size: str | None = "3", active: str = "120", filler: str = "120") -> Figures:
    """Each powder alone fills the capsule with so many mg, or is as dense as so many mg/mL."""
    dimension = DENSITY if method is FillMethod.DENSITY else MASS_PER_CAPSULE
    scale = 1000 if method is FillMethod.DENSITY else 1
    unit = "g/mL" if method is FillMethod.DENSITY else "mg"
    full = {
        "active_full": parse_quantity(f"{Decimal(active) / scale} {unit}", dimension),
        "filler_full": parse_quantity(f"{Decimal(filler) / scale} {unit}", dimension),
    }
    fill = replace(FIGURES.fill, method=method, size=size, **full)  # type: ignore[arg-type]  # sizes by their text
    return replace(FIGURES, dose=replace(FIGURES.dose, fill=fill))


@pytest.mark.parametrize(
    ("method", "lightest", "lighter", "heaviest", "heavier"),
    [
        (FillMethod.PACK_STATISTIC, "30", "29.9", "360", "360.3"),  # of 0.30 mL: 0.1 and 1.2 g/mL
        (FillMethod.DENSITY, "100", "99.67", "1200", "1201"),
    ],
)
def test_a_powder_has_from_a_tenth_to_one_and_a_fifth_gram_in_a_millilitre(
    method: FillMethod, lightest: str, lighter: str, heaviest: str, heavier: str
) -> None:
    powders = "powders have 0.1 g/mL to 1.2 g/mL. Check its pack statistic or density."
    wrong = packed(method, active=lighter, filler=heavier)
    assert said(packing_is_possible(ORDER, packed(method, active=lightest, filler=heaviest))) == []
    assert said(packing_is_possible(ORDER, wrong)) == [
        ("caution", "implausible-packing", f"{HYDROCHLORIDE.capitalize()} would have 0.0997 g/mL; {powders}"),
        ("caution", "implausible-packing", f"{CELLULOSE.capitalize()} would have 1.2 g/mL; {powders}"),
    ]


def test_where_no_volume_is_known_nothing_is_said_of_packing() -> None:
    for figures in (
        packed(FillMethod.MASS, active="1"),
        packed(FillMethod.PACK_STATISTIC, size=None, active="1"),
    ):
        assert said(packing_is_possible(ORDER, figures)) == []
    elsewhere = replace(ORDER, capsule_volumes={})
    assert said(packing_is_possible(elsewhere, packed(FillMethod.PACK_STATISTIC, active="1"))) == []
