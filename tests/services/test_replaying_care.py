"""Patients' identifiers, prescriptions and their capsules held against the journal: whatever was changed is named."""

from contextlib import closing

import pytest

from compounder.database.engine import open_database
from compounder.services.leaflets import approve_leaflet, revise_leaflet
from compounder.services.patients import erase_patient
from compounder.services.prescriptions import cancel_prescription
from compounder.settings import Settings
from tests.services.care import ACT, LATER, prescribed_there
from tests.services.people import BERTA
from tests.services.proved import attacked, sentences, statement
from tests.services.signing import signing_of
from tests.services.site_data import (
    change_opioids,
    change_protocols,
    some_words,
)


def end_it(where: Settings, patient: str, number: str) -> None:
    """The prescription is cancelled and its patient erased."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        cancel_prescription(writing, LATER, number, "Not wanted")
        erase_patient(writing, LATER, patient, "Asked for in writing")


def test_what_was_prescribed_cancelled_and_erased_is_as_it_was_written(pharmacy: Settings) -> None:
    patient, number = prescribed_there(pharmacy)
    assert sentences(pharmacy) == ""
    end_it(pharmacy, patient, number)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE prescriptions SET status = 'filled'", "Prescription RX2611-001 is not what entry"),
        ("UPDATE prescriptions SET document = replace(document, '1.5 mg', '4.5 mg')", "document changed beside it"),
        ("UPDATE prescriptions SET written_on = '2026-01-01'", "written on changed beside it"),
        ("UPDATE patients SET identifier = '23456789ABCD'", "of patient changed beside it"),
        ("UPDATE patients SET erased_at = '2026-11-21 09:30:00'", "erased at changed beside it"),
        ("DELETE FROM patients", "made is missing from the patients"),
        ("DELETE FROM prescriptions", "made is missing from the prescriptions"),
        ("DELETE FROM prescriptions", "which is not there"),
        ("UPDATE prescribed_capsules SET capsules = 140", "The capsules of prescription RX2611-001 are not what"),
        ("UPDATE prescribed_capsules SET dispensed = 1", "The capsules of prescription RX2611-001 are not what"),
        ("UPDATE prescribed_capsules SET site = 'B'", "The capsules of prescription RX2611-001 are not what"),
        ("DELETE FROM prescribed_capsules WHERE strength = '3 mg'", "The capsules of prescription RX2611-001"),
        ("DELETE FROM prescribed_capsules", "The capsules of prescription RX2611-001"),
    ],
)
def test_what_was_changed_beside_the_journal_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    prescribed_there(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))


def test_protocols_added_revised_and_retired_are_as_they_were_written(pharmacy: Settings) -> None:
    change_protocols(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE protocol_versions SET document = replace(document, '21', '2')", "document changed beside it"),
        ("UPDATE protocol_versions SET name = 'Slow' WHERE code = 'careful'", "Protocol careful version 1 is not what"),
        ("UPDATE protocol_versions SET code = 'trial' WHERE version = 3", "code changed beside it"),
        ("DELETE FROM protocol_versions WHERE version = 3", "(protocol retired: protocol standard) made is missing"),
    ],
)
def test_a_protocol_changed_beside_the_journal_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    change_protocols(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))


def test_opioids_added_verified_corrected_and_withdrawn_are_as_they_were_written(pharmacy: Settings) -> None:
    change_opioids(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE opioid_versions SET document = replace(document, 'Its leaflet', '')", "document changed beside it"),
        ("UPDATE opioid_versions SET code = 'codeine' WHERE version = 3", "Opioid codeine version 3 is not what"),
        ("DELETE FROM opioid_versions WHERE version = 3", "(opioid withdrawn: opioid lomotil) made is missing"),
    ],
)
def test_an_opioid_changed_beside_the_journal_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    change_opioids(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))


def word_the_leaflet(where: Settings) -> None:
    """One version is worded and approved, another waits."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        revise_leaflet(writing, ACT, some_words(2))
        approve_leaflet(writing, 2, signing_of(BERTA, where.keys))
        revise_leaflet(writing, ACT, some_words(3, "Leave it out. Call us."))


def test_a_leaflet_worded_and_approved_is_as_it_was_written(pharmacy: Settings) -> None:
    word_the_leaflet(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE leaflet_versions SET document = replace(document, 'Leave', 'Take')", "document changed beside it"),
        ("UPDATE leaflet_versions SET approved_by = 'Anna Müller'", "Version 3 of the leaflet is not what entry"),
        ("UPDATE leaflet_versions SET approved_at = NULL", "approved at changed beside it"),
        ("DELETE FROM leaflet_versions WHERE version = 3", "(leaflet revised: leaflet) made is missing"),
    ],
)
def test_a_leaflet_changed_beside_the_journal_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    word_the_leaflet(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))


@pytest.mark.parametrize("column", ["name", "contact", "medicines", "sought", "born_on"])
def test_an_erased_patient_does_not_come_back(sqlite_copy: Settings, column: str) -> None:
    end_it(sqlite_copy, *prescribed_there(sqlite_copy))
    found = attacked(sqlite_copy, statement(f"UPDATE patients SET {column} = '1984-02-29'"))
    assert f"{column.replace('_', ' ')} changed beside it" in found


def test_a_cancelled_prescription_is_not_opened_again(pharmacy: Settings) -> None:
    end_it(pharmacy, *prescribed_there(pharmacy))
    found = attacked(pharmacy, statement("UPDATE prescriptions SET status = 'open'"))
    assert "Prescription RX2611-001 is not what entry" in found
