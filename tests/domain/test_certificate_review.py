"""Slips in copying a certificate: each reaches a batch only with what a person must see."""

from typing import Any

import pytest

from tests.domain.orders import DIHYDRATE, HYDROCHLORIDE, Document, an_active, an_order, planned, refusals
from tests.domain.test_findings import LONGEST_SENTENCE

BASE = "naltrexone"
AS_IS: Document = {"assay_basis": "as-is"}
WET: Document = {"assay_basis": "anhydrous", "water_percent": "1.6"}
DRY: Document = {"assay_basis": "dried", "loss_on_drying_percent": "1.6"}
HYDRATE: Document = {"substance": DIHYDRATE, "assay_expressed_as": HYDROCHLORIDE, "assay_basis": "anhydrous"}
CERTIFICATE_CODES = {
    "assay-expressed-otherwise",
    "assay-outside-monograph",
    "assay-unusual",
    "moisture-not-used",
    "water-unusual",
}


def found(*, corrected: bool = True, **certificate: Any) -> dict[str, str]:
    """The sentences about the certificate, by code."""
    order = an_order(correct_for_potency=corrected, active=an_active(**certificate))
    return {
        finding["code"]: finding["message"]
        for finding in planned(order)[0]["findings"]
        if finding["code"] in CERTIFICATE_CODES
    }


def codes(**certificate: Any) -> set[str]:
    return set(found(**certificate))


@pytest.mark.parametrize("assay", ["98", "99.2", "102"])
@pytest.mark.parametrize("basis", [WET, DRY], ids=["anhydrous", "dried"])
def test_a_usual_certificate_asks_nothing(basis: Document, assay: str) -> None:
    assert found(assay_percent=assay, **basis) == {}


@pytest.mark.parametrize("assay", ["97.9", "102.1"])
@pytest.mark.parametrize("basis", [WET, DRY], ids=["anhydrous", "dried"])
def test_an_assay_outside_the_monograph_is_seen(basis: Document, assay: str) -> None:
    assert codes(assay_percent=assay, **basis) == {"assay-outside-monograph"}


def test_as_is_its_usual_water_may_lower_an_assay_but_nothing_raises_it() -> None:
    assert codes(assay_percent="93", **AS_IS) == set()
    assert codes(assay_percent="92.9", **AS_IS) == {"assay-outside-monograph"}
    assert codes(assay_percent="102", **AS_IS) == set()
    assert codes(assay_percent="102.1", **AS_IS) == {"assay-outside-monograph"}


@pytest.mark.parametrize(("assay", "seen"), [("94.9", 1), ("95", 0), ("105", 0), ("105.1", 1)])
def test_the_base_has_no_monograph_range_here_and_is_looked_at_five_per_cent_off(assay: str, seen: int) -> None:
    assert codes(substance=BASE, assay_percent=assay, **WET) == set(["assay-unusual"][:seen])


def test_as_is_the_water_of_the_base_or_of_the_hydrate_may_lower_its_assay() -> None:
    assert codes(substance=BASE, assay_percent="90", **AS_IS) == set()
    assert codes(substance=BASE, assay_percent="89.9", **AS_IS) == {"assay-unusual"}
    assert codes(substance=DIHYDRATE, assay_percent="85", **AS_IS) == set()


def test_the_salt_expressed_as_the_base_is_a_decision_and_no_slip_of_a_digit() -> None:
    assert codes(assay_expressed_as=BASE, assay_percent="90.4", **WET) == {"assay-expressed-otherwise"}


def test_a_slipped_point_in_the_water_is_seen() -> None:
    message = found(assay_percent="99.2", assay_basis="anhydrous", water_percent="16")["water-unusual"]
    assert message == f"Water 16 % is unusual for {HYDROCHLORIDE}; check the certificate for a slipped point."


def test_loss_on_drying_and_solvent_are_called_so() -> None:
    dried = found(assay_basis="dried", loss_on_drying_percent="5.1")["water-unusual"]
    solvent = found(**WET, residual_solvent_percent="4")["water-unusual"]
    assert (dried.split(" is ")[0], solvent.split(" is ")[0]) == ("Loss on drying 5.1 %", "Water with solvent 5.6 %")


@pytest.mark.parametrize(("water", "is_unusual"), [("8.9", False), ("13.0", False), ("13.1", True), ("29", True)])
def test_a_hydrate_holds_its_water_and_half_as_much_again(water: str, *, is_unusual: bool) -> None:
    assert ("water-unusual" in codes(**HYDRATE, water_percent=water)) is is_unusual


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        (AS_IS | {"water_percent": "1.6"}, "Water 1.6 % is not taken off an assay stated as is"),
        (AS_IS | {"loss_on_drying_percent": "2"}, "Loss on drying 2 % is not taken off an assay stated as is"),
        (DRY | {"water_percent": "1.6"}, "Water 1.6 % is not taken off an assay on the dried basis"),
        (WET | {"loss_on_drying_percent": "2"}, "Loss on drying 2 % is not taken off an assay on the anhydrous basis"),
    ],
)
def test_moisture_that_the_basis_does_not_use_is_seen(stated: Document, named: str) -> None:
    assert found(**stated)["moisture-not-used"].startswith(named)


@pytest.mark.parametrize(
    ("powder", "expressed_as", "is_listed"),
    [
        (HYDROCHLORIDE, HYDROCHLORIDE, True),
        (DIHYDRATE, HYDROCHLORIDE, True),
        (DIHYDRATE, DIHYDRATE, True),
        (BASE, BASE, True),
        (HYDROCHLORIDE, BASE, False),
        (BASE, HYDROCHLORIDE, False),
        (DIHYDRATE, BASE, False),
        (HYDROCHLORIDE, DIHYDRATE, False),
        (BASE, DIHYDRATE, False),
    ],
)
def test_a_pair_that_the_house_table_does_not_list_needs_a_decision(
    powder: str, expressed_as: str, *, is_listed: bool
) -> None:
    messages = found(substance=powder, assay_expressed_as=expressed_as, **AS_IS)
    assert ("assay-expressed-otherwise" not in messages) is is_listed
    assert all(len(message.split()) <= LONGEST_SENTENCE for message in messages.values())


@pytest.mark.parametrize(
    "slip",
    [
        WET | {"water_percent": "16"},
        WET | {"assay_percent": "90"},
        AS_IS | {"water_percent": "1.6"},
        AS_IS | {"assay_expressed_as": BASE},
    ],
)
def test_with_correction_off_the_certificate_counts_for_nothing(slip: Document) -> None:
    assert found(**slip) != {}
    assert found(corrected=False, **slip) == {}


@pytest.mark.parametrize(("solvent", "is_possible"), [("28.4", True), ("28.5", False)])
def test_water_and_solvent_together_are_at_most_thirty_percent(solvent: str, *, is_possible: bool) -> None:
    complaints = refusals(an_order(active=an_active(**WET, residual_solvent_percent=solvent)))
    assert (complaints == []) is is_possible
    assert {(each.code, each.pointer) for each in complaints} <= {("out-of-bounds", "/active/residual_solvent_percent")}
    assert all("30.1 % of water and solvent together" in str(each) for each in complaints)
