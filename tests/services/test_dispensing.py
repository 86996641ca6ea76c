"""Dispensing: questions decided, capsules off the shelf, one entry; nothing half stored, and nothing told for good."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest

from compounder.domain.care.dispensing import NotOnShelf, SeveralBatchesNeeded
from compounder.domain.care.patients import NamesThePatient
from compounder.domain.care.prescriptions import PrescriptionNotOpen, PrescriptionStatus
from compounder.domain.care.safety import SafetyUndecided, TellsOfHealth
from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds
from compounder.domain.record.signatures import NotForThisRole
from compounder.services.care_errors import NotSoManyThere
from compounder.services.corrections import quarantine_batch
from compounder.services.dispensing import Dispensing
from compounder.services.errors import ResultChanged
from compounder.services.lot_numbers import is_lot_number
from tests.services.care import a_course, a_request, added, holding, prescribed
from tests.services.dispensing import (
    ASKED,
    a_bottle,
    bottle,
    codes,
    dispensed,
    dispensing,
    previewed,
    ready,
    returned,
    status,
)
from tests.services.orders import DAY, SITE, Bench, entries
from tests.services.shelf import moved, released, there
from tests.services.signing import NOON, TOM


def test_a_bottle_takes_capsules_off_the_shelf_and_fills_the_prescription(bench: Bench, tmp_path: Path) -> None:
    lot_number, prescription = ready(bench, tmp_path)
    number = dispensed(bench, dispensing(bench, a_bottle(prescription)))
    kept = bottle(bench, number)
    assert (number[:9], len(number), is_lot_number(number)) == ("BA0000001", 10, False)
    assert [(part.lot_number, part.capsules) for part in kept.stored.filled_from] == [(lot_number, 84)]
    assert (there(bench, lot_number), moved(bench, lot_number)[-1]) == (19, ("dispensed", -84))
    assert (kept.stored.beyond_use_date, kept.stored.dispensed_on) == (date(2027, 11, 20), DAY)
    assert status(bench, prescription) is PrescriptionStatus.FILLED


def test_two_clicks_make_one_bottle(bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(bench, tmp_path)
    act = dispensing(bench, a_bottle(prescription))
    number = dispensed(bench, act)
    before = entries(bench)
    assert dispensed(bench, act) == number
    assert entries(bench) == before


def test_a_part_leaves_the_prescription_open_and_no_more_is_given_than_prescribed(bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(bench, tmp_path)
    dispensed(bench, dispensing(bench, a_bottle(prescription, 30)))
    assert status(bench, prescription) is PrescriptionStatus.OPEN
    with pytest.raises(OutOfBounds):
        previewed(bench, a_bottle(prescription, 55))
    dispensed(bench, dispensing(bench, a_bottle(prescription, 54), key="rest"))
    with pytest.raises(PrescriptionNotOpen):
        previewed(bench, a_bottle(prescription, 1))


def test_every_question_needs_a_decision(bench: Bench, tmp_path: Path) -> None:
    medicines = ("kodeine 30 mg", "tramadol")
    _, prescription = ready(
        bench, tmp_path, medicines=medicines, conditions=("Hepatitis B",), allergies=("naltrexone",)
    )
    request = a_bottle(prescription)
    wanted = ["opioid-named", "opioid-perhaps", "liver-disease", "hypersensitivity"]
    assert sorted(codes(previewed(bench, request))) == sorted(wanted)
    decisions = [replace(ASKED, code=code) for code in wanted]
    with pytest.raises(SafetyUndecided, match="Nobody has decided yet"):
        dispensed(bench, dispensing(bench, request, *decisions[1:]))
    before = entries(bench)
    number = dispensed(bench, dispensing(bench, request, *decisions))
    document = bottle(bench, number).entries[0].document
    assert [word in document for word in ("opioid-named", "watched monthly", "tramadol")] == [True, True, False]
    assert entries(bench) == before + 2


def test_another_open_course_and_a_dose_above_the_range_are_decided_on(bench: Bench, tmp_path: Path) -> None:
    released(bench, tmp_path)
    patient = added(bench)
    steps = [{"dose": "7.5 mg"}]
    high = a_request(patient, order=a_course(protocol=None, steps=steps, supply_days=10, fill_with="1.5 mg"))
    first = prescribed(bench, high)
    prescribed(bench, a_request(patient), key="second")
    found = codes(previewed(bench, a_bottle(first, 50)))
    assert found == ["dose-above-maximum", "dose-above-formulation", "two-open-courses"]


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ({"reason": "Nobody minds"}, NamesThePatient),
        ({"reason": "Levothyroxine goes on"}, TellsOfHealth),
        ({"reason": "Tramadol was stopped"}, TellsOfHealth),
        ({"decided_with": "Zoë"}, NamesThePatient),
    ],
)
def test_what_is_kept_for_good_tells_nothing_of_the_patient(
    sqlite_bench: Bench, tmp_path: Path, words: dict[str, str], refused: type[CompoundingError]
) -> None:
    lot_number, prescription = ready(sqlite_bench, tmp_path)
    act = dispensing(sqlite_bench, a_bottle(prescription, has_liver_disease=True), replace(ASKED, **words))
    with pytest.raises(refused):
        dispensed(sqlite_bench, act)
    assert there(sqlite_bench, lot_number) == 103


def test_no_other_table_has_a_word_of_the_patient(bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(bench, tmp_path)
    number = dispensed(bench, dispensing(bench, a_bottle(prescription, has_liver_disease=True), ASKED))
    returned(bench, number, capsules=3)
    assert holding(bench) == {"patients"}


def test_only_a_pharmacist_dispenses(sqlite_bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(sqlite_bench, tmp_path)
    with pytest.raises(NotForThisRole):
        dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(prescription), person=TOM))


def test_what_was_not_shown_is_not_dispensed(sqlite_bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(sqlite_bench, tmp_path)
    act = dispensing(sqlite_bench, a_bottle(prescription))
    with pytest.raises(ResultChanged):
        dispensed(sqlite_bench, replace(act, request=a_bottle(prescription, 83)))


def test_what_outlasts_its_beyond_use_date_or_is_held_back_is_not_dispensed(bench: Bench, tmp_path: Path) -> None:
    lot_number, prescription = ready(bench, tmp_path)
    assert previewed(bench, a_bottle(prescription)).last_dose_on == date(2027, 1, 11)
    late = date(2027, 10, 10)
    assert previewed(bench, a_bottle(prescription), late).last_dose_on == date(2027, 11, 20)
    with pytest.raises(NotOnShelf, match="others only to 20 Nov 2027"):
        previewed(bench, a_bottle(prescription), late + timedelta(days=1))
    with bench.database.writing() as writing:
        quarantine_batch(writing, SITE, lot_number, reason="Found broken", person=TOM, at=NOON)
    with pytest.raises(NotOnShelf, match="0 are there"):
        previewed(bench, a_bottle(prescription))


def test_several_batches_go_into_one_bottle_when_asked_and_all_are_named(bench: Bench, tmp_path: Path) -> None:
    lots = [released(bench, tmp_path), released(bench, tmp_path, key="second")]
    course = a_course(fill_with="1.5 mg", supply_days=60)
    prescription = prescribed(bench, a_request(added(bench), order=course))
    with pytest.raises(SeveralBatchesNeeded):
        previewed(bench, a_bottle(prescription, 138))
    number = dispensed(bench, dispensing(bench, a_bottle(prescription, 138, of_several=True)))
    kept = bottle(bench, number).stored
    assert {part.lot_number: part.capsules for part in kept.filled_from} == dict(zip(lots, (103, 35), strict=True))


def test_two_who_dispense_the_last_capsules_at_once_make_one_bottle(bench: Bench, tmp_path: Path) -> None:
    lot_number, first = ready(bench, tmp_path)
    second = prescribed(
        bench, a_request(added(bench, key="B", name="Max Sample"), order=a_course(fill_with="1.5 mg")), key="B"
    )
    acts = [dispensing(bench, a_bottle(number), key=number) for number in (first, second)]
    outcomes: list[object] = []

    def try_it(act: Dispensing) -> None:
        try:
            outcomes.append(dispensed(bench, act))
        except CompoundingError as refusal:
            outcomes.append(refusal)

    threads = [Thread(target=try_it, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in sorted(outcomes, key=str)].count(str) == 1
    assert there(bench, lot_number) == 19


def test_what_comes_back_is_destroyed_and_never_dispensed_again(bench: Bench, tmp_path: Path) -> None:
    lot_number, prescription = ready(bench, tmp_path)
    number = dispensed(bench, dispensing(bench, a_bottle(prescription)))
    for _ in range(2):
        returned(bench, number)
    assert (there(bench, lot_number), moved(bench, lot_number)[2:]) == (19, [("returned", 10), ("destroyed", -10)])
    assert bottle(bench, number).stored.filled_from[0].returned == 10
    with pytest.raises(NotSoManyThere, match="There are 74 capsules"):
        returned(bench, number, capsules=75)
    with pytest.raises(NotAccepted):
        returned(bench, number, lot_number="261121A9999")
    with pytest.raises(TellsOfHealth):
        returned(bench, number, reason="Penicillin was given", one_time_key="else")
