"""What was told survives a power cut at any moment; and the tests see it where it would not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compounder.domain.record.journal import EntryKind
from tests.durability.pharmacy import Pharmacy, a_pharmacy_without_keys
from tests.durability.power_cuts import Recording, found_after_power_cuts, recorded
from tests.durability.serving import weakened
from tests.fixtures.recorder import recorder_of
from tests.fixtures.telling import Tell

LOSING = {"WAL-NORMAL": ("WAL", "NORMAL"), "DELETE-FULL": ("DELETE", "FULL")}
CUTS, CUTS_TO_SEE, CUTS_AT_LENGTH = 75, 30, 250
LONGEST = 1_800
"""Seconds: what takes longer hangs, and is told."""


def test_no_power_cut_loses_what_was_told_or_leaves_half_of_anything(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path
) -> None:
    recording = recorded(pharmacy, tmp_path / "served", recorder_library, rounds=3)
    assert recording.unseen() == []
    assert {act.kind for act in recording.told} >= {
        EntryKind.LOT_RECEIVED,
        EntryKind.ORDER_STORED,
        EntryKind.BATCH_WEIGHED,
        EntryKind.WEIGHING_DISCARDED,
        EntryKind.CAPSULES_WEIGHED,
        EntryKind.BATCH_VERIFIED,
        EntryKind.BATCH_RELEASED,
        EntryKind.BATCH_AMENDED,
        EntryKind.BATCH_VOIDED,
    }
    assert found_after_power_cuts(recording, tmp_path, CUTS, seed=0) == {}


def test_what_is_signed_with_a_key_that_was_just_made_holds_after_a_power_cut(
    tmp_path: Path, recorder_library: Path
) -> None:
    before = a_pharmacy_without_keys(tmp_path / "before")
    recording = recorded(before, tmp_path / "served", recorder_library, rounds=1, at_once=1)
    assert recording.unseen() == []
    assert {act.kind for act in recording.told} >= {EntryKind.BATCH_VERIFIED, EntryKind.BATCH_RELEASED}
    assert found_after_power_cuts(recording, tmp_path, CUTS_TO_SEE, 0) == {}


@pytest.mark.parametrize("settings", LOSING.values(), ids=LOSING)
def test_settings_that_lose_what_was_told_are_found_out(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path, settings: tuple[str, str]
) -> None:
    program = weakened(*settings)
    recording = recorded(pharmacy, tmp_path / "served", recorder_library, rounds=1, program=program, at_once=1)
    assert recording.unseen() == []
    lost = found_after_power_cuts(recording, tmp_path, CUTS_TO_SEE, 0)
    assert len(lost) >= CUTS_TO_SEE // 10
    assert all("was told and is there 0 times" in first for first, *_ in lost.values())


def test_settings_that_leave_half_of_something_are_found_out(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path
) -> None:
    program = weakened("DELETE", "OFF")
    recording = recorded(pharmacy, tmp_path / "served", recorder_library, rounds=1, program=program, at_once=1)
    found = found_after_power_cuts(recording, tmp_path, CUTS_TO_SEE, 0)
    assert any("was told" not in fault for faults in found.values() for fault in faults)


def test_writes_that_went_past_the_recorder_are_noticed(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path
) -> None:
    served = pharmacy.copied(tmp_path / "served")
    recorder = recorder_of(recorder_library, served.home)
    file = served.home / "compounder.db"
    program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE seen (number INTEGER)')"
    environment = {**os.environ, **recorder.environment()}
    subprocess.run([sys.executable, "-c", program, file], env=environment, check=True)
    recording = Recording(pharmacy, served, list(recorder.events()), ())
    assert recording.unseen() == []
    file.write_bytes(b"written by somebody else")
    assert recording.unseen() == ["compounder.db"]


@pytest.mark.long
@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("seed", range(100, 140))
def test_none_of_ten_thousand_power_cuts_loses_or_halves_anything(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path, seed: int, tell: Tell
) -> None:
    recording = recorded(pharmacy, tmp_path / "served", recorder_library, rounds=4)
    assert recording.unseen() == []
    tell("acts acknowledged before power cuts", len(recording.told))
    found = found_after_power_cuts(recording, tmp_path, CUTS_AT_LENGTH, seed)
    tell("power cuts", CUTS_AT_LENGTH)
    assert found == {}
