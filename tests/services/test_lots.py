"""Ingredient lots: received once into quarantine, measured, released, counted; each act one entry of the journal."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compounder.database.errors import AdjustmentBelowReserved, NotFound
from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted
from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.readings import CalibrationOverdue
from compounder.domain.record.record import StoppedByReview
from compounder.domain.stock.errors import DoubleHydrateCorrection
from compounder.domain.stock.lot_status import LotIsRejected, NotForThisRole
from compounder.domain.stock.lots import LotStatus, PackMeasurement
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, Mass, parse_mass, quantity_text
from compounder.services.errors import NoSuchBalance, NothingChanged
from compounder.services.lots import (
    LotPotency,
    adjust_stock,
    change_status,
    lot_file,
    measure_lot,
)
from compounder.services.orders import order_choices
from tests.services.lots import file_of, receive
from tests.services.orders import (
    ANNA,
    CELLULOSE,
    MORNING,
    SITE,
    Bench,
    a_balance,
    add_lot,
    entries,
    revise_settings,
)
from tests.services.signing import AUGUST, CLARA, TOM

WEIGHTS = ("227.4", "229.1", "228.6", "226.9", "228.3", "227.8", "228.9", "227.0")


def a_measurement(*weights: str, size: CapsuleSize = CapsuleSize.THREE, balance: str = "B1") -> PackMeasurement:
    """Filled capsules, weighed in mg; the shells weigh 48 mg."""
    return PackMeasurement(
        capsule_size=size,
        measured_on=date(2026, 11, 21),
        filled_weights=tuple(parse_mass(f"{weight} mg") for weight in weights or WEIGHTS),
        mean_empty_shell=parse_mass("48 mg"),
        balance=balance,
    )


def measure(bench: Bench, lot_id: str, measurement: PackMeasurement) -> str:
    with bench.database.writing() as writing:
        statistic = measure_lot(writing, SITE, lot_id, measurement, actor=ANNA, at=MORNING)
    return quantity_text(statistic, MASS_PER_CAPSULE)


def change(
    bench: Bench, lot_id: str, status: LotStatus, reason: str = "Certificate checked", person: Person = CLARA
) -> None:
    with bench.database.writing() as writing:
        change_status(writing, SITE, lot_id, status, reason=reason, person=person, at=MORNING)


def count(bench: Bench, lot_id: str, counted: Mass, reason: str = "Counted at the end of the month") -> None:
    with bench.database.writing() as writing:
        adjust_stock(writing, SITE, lot_id, counted, reason=reason, actor=ANNA, at=MORNING)


def test_a_new_lot_is_quarantined_with_all_of_it_free(bench: Bench) -> None:
    before = entries(bench)
    file = file_of(bench, receive(bench))
    assert file.stored.status is LotStatus.QUARANTINED
    assert (file.stored.on_hand, file.stored.free) == (parse_mass("25 g"), parse_mass("25 g"))
    assert [entry.kind for entry in file.entries] == [EntryKind.LOT_RECEIVED]
    assert entries(bench) == before + 1


def test_a_second_click_receives_no_second_lot(bench: Bench) -> None:
    lot_id = receive(bench, "same key")
    before = entries(bench)
    assert receive(bench, "same key") == lot_id
    assert entries(bench) == before


def test_a_form_sent_again_for_another_lot_receives_that_lot(bench: Bench) -> None:
    first, second = receive(bench), receive(bench, lot_number="NTX-NEWER")
    assert first != second
    assert file_of(bench, second).stored.lot.lot_number == "NTX-NEWER"


def test_a_second_delivery_of_a_lot_is_a_lot_of_its_own(bench: Bench) -> None:
    assert receive(bench, "first") != receive(bench, "second")


def test_the_potency_of_a_lot_is_worked_out_against_the_hydrochloride(bench: Bench) -> None:
    potency = file_of(bench, bench.active).potency
    assert isinstance(potency, LotPotency)
    assert str(potency.value) == "0.976128"
    assert (potency.line.formula, potency.line.numbers) == ("assay × (1 − water)", "0.992 × (1 − 0.016)")


def test_a_site_that_does_not_correct_takes_the_powder_as_pure(bench: Bench) -> None:
    revise_settings(bench, correct_for_potency=False)
    potency = file_of(bench, bench.active).potency
    assert isinstance(potency, LotPotency)
    assert potency.value == 1


def test_a_certificate_that_counts_water_twice_is_not_received(bench: Bench) -> None:
    dihydrate = "naltrexone hydrochloride dihydrate"
    certificate = {"assay_percent": "99", "assay_basis": "anhydrous", "water_percent": "8.9", "substance": dihydrate}
    before = entries(bench)
    with pytest.raises(DoubleHydrateCorrection):
        receive(bench, substance=dihydrate, certificate=certificate)
    assert entries(bench) == before


def test_a_filler_has_no_potency(bench: Bench) -> None:
    assert file_of(bench, bench.filler).potency is None


def test_a_pack_statistic_is_the_mean_less_the_shell_and_keeps_the_weights(bench: Bench) -> None:
    assert measure(bench, bench.active, a_measurement()) == "180 mg"
    (made,) = file_of(bench, bench.active).stored.measurements
    assert made.measurement.filled_weights == tuple(parse_mass(f"{weight} mg") for weight in WEIGHTS)


@pytest.mark.parametrize(
    ("refused", "said", "balance", "weight"),
    [
        (CalibrationOverdue, "calibration of balance B9 ended on 20 Nov 2026", "B9", "227.4"),
        (NoSuchBalance, '"B7" is not a balance of this pharmacy', "B7", "227.4"),
        (NotAccepted, r'"227\.45 mg" was read; a reading of B1, in steps of 0\.1 mg', "B1", "227.45"),
    ],
)
def test_no_pack_statistic_comes_from_a_balance_that_is_not_fit(
    sqlite_bench: Bench, refused: type[CompoundingError], said: str, balance: str, weight: str
) -> None:
    overdue = replace(a_balance("B9", "0.1 mg"), calibrated_until=date(2026, 11, 20))
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), overdue))
    before = entries(sqlite_bench)
    with pytest.raises(refused, match=said):
        measure(sqlite_bench, sqlite_bench.active, a_measurement(weight, *WEIGHTS[1:], balance=balance))
    assert entries(sqlite_bench) == before


def test_a_measurement_counts_before_what_the_lot_came_with(bench: Bench) -> None:
    measure(bench, bench.active, a_measurement("218", "219", "220", "221", "222"))
    statistics = file_of(bench, bench.active).stored.pack_statistics
    assert quantity_text(statistics[CapsuleSize.THREE], MASS_PER_CAPSULE) == "172 mg"


def test_a_measurement_sent_twice_is_kept_once(bench: Bench) -> None:
    measure(bench, bench.active, a_measurement())
    before = entries(bench)
    assert measure(bench, bench.active, a_measurement()) == "180 mg"
    assert entries(bench) == before
    assert len(file_of(bench, bench.active).stored.measurements) == 1


def test_releasing_a_lot_is_an_entry_with_its_name_and_reason(bench: Bench) -> None:
    lot_id = receive(bench)
    change(bench, lot_id, LotStatus.IN_USE)
    file = file_of(bench, lot_id)
    assert file.stored.status is LotStatus.IN_USE
    assert (file.entries[-1].kind, file.entries[-1].actor) == (EntryKind.LOT_STATUS_CHANGED, CLARA.actor)
    assert '"reason":"Certificate checked"' in file.entries[-1].document


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_status_changes_without_a_reason(bench: Bench, reason: str) -> None:
    before = entries(bench)
    with pytest.raises(MissingKey):
        change(bench, bench.active, LotStatus.QUARANTINED, reason)
    assert entries(bench) == before


@pytest.mark.parametrize("person", [TOM, AUGUST])
def test_who_does_not_answer_for_a_lot_lets_none_into_use(bench: Bench, person: Person) -> None:
    lot_id = receive(bench)
    before = entries(bench)
    with pytest.raises(NotForThisRole, match="does not say that a lot is in use; ask the pharmacist or the owner"):
        change(bench, lot_id, LotStatus.IN_USE, person=person)
    assert file_of(bench, lot_id).stored.status is LotStatus.QUARANTINED
    assert entries(bench) == before


def test_a_status_that_a_lot_has_already_is_refused(bench: Bench) -> None:
    before = entries(bench)
    with pytest.raises(NothingChanged, match="Lot NTX-2411 is in use already"):
        change(bench, bench.active, LotStatus.IN_USE)
    assert entries(bench) == before


@pytest.mark.parametrize("status", LotStatus)
def test_a_rejected_lot_stays_rejected(bench: Bench, status: LotStatus) -> None:
    change(bench, bench.active, LotStatus.REJECTED, "Out of specification")
    before = entries(bench)
    with pytest.raises((LotIsRejected, NothingChanged), match=r"NTX-2411 is rejected"):
        change(bench, bench.active, status)
    assert entries(bench) == before
    assert file_of(bench, bench.active).stored.status is LotStatus.REJECTED


def test_a_rejected_lot_is_never_offered_again(bench: Bench) -> None:
    change(bench, bench.filler, LotStatus.REJECTED, "Damaged on the way")
    with bench.database.reading() as reading:
        assert order_choices(reading, SITE).filler_lots == ()
    with pytest.raises(StoppedByReview, match="MCC-118 of microcrystalline cellulose is rejected; choose another lot"):
        bench.order("1.5 mg")


def test_a_count_puts_the_stock_right_and_stands_in_the_ledger(bench: Bench) -> None:
    count(bench, bench.active, parse_mass("24.8 g"))
    file = file_of(bench, bench.active)
    assert file.stored.on_hand == parse_mass("24.8 g")
    last = file.movements[-1]
    assert (last.kind.value, last.on_hand_change, last.reason) == (
        "adjusted",
        parse_mass("200 mg") * -1,
        "Counted at the end of the month",
    )


def test_a_count_below_what_is_reserved_is_refused_and_leaves_no_entry(bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    before = entries(bench)
    with pytest.raises(AdjustmentBelowReserved):
        count(bench, bench.active, parse_mass("100 mg"))
    assert entries(bench) == before
    assert file_of(bench, bench.active).stored.on_hand == parse_mass("25 g")


@pytest.mark.parametrize("lot_id", ["999", "x", "1 OR 1=1", "9" * 5_000, "٣"])
def test_a_lot_that_is_not_there_is_refused(bench: Bench, lot_id: str) -> None:
    with pytest.raises(NotFound):
        file_of(bench, lot_id)


def test_another_sites_lot_is_not_there(bench: Bench) -> None:
    with bench.database.reading() as reading, pytest.raises(NotFound):
        lot_file(reading, "B", bench.active)


def test_the_movements_of_a_lot_add_up_to_its_stock(bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg", "4.5 mg")
    count(bench, bench.active, parse_mass("24 g"))
    file = file_of(bench, bench.active)
    reserved = sum((movement.reserved_change for movement in file.movements), parse_mass("0 mg"))
    assert (reserved, file.stored.free) == (file.stored.reserved, parse_mass("24 g") - file.stored.reserved)


def test_lots_of_the_same_number_from_two_makers_have_journals_of_their_own(bench: Bench) -> None:
    with bench.database.writing() as writing:
        other = add_lot(writing, replace_maker(CELLULOSE))
    change(bench, other, LotStatus.QUARANTINED)
    assert [entry.kind for entry in file_of(bench, bench.filler).entries] == []
    assert [entry.kind for entry in file_of(bench, other).entries] == [EntryKind.LOT_STATUS_CHANGED]


def replace_maker(lot: Any) -> dict[str, Any]:
    return {**lot, "maker": "Another maker"}
