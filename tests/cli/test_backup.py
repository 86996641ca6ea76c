"""`compounder backup` and its kin as they are typed: a sentence and a status, beside a server that people work with."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest

from compounder.services.workspace import open_workspace
from tests.cli.typed import Answer, started, typed
from tests.fixtures.served import ServedWorkspace, served
from tests.services.backups import a_place, change, left_in
from tests.services.orders import MORNING


def called(home: Path, *words: str | Path, by: Callable[..., Answer] = typed) -> tuple[int, str, str]:
    """Status, output and complaints of one call."""
    answer = by(home, *words)
    return answer.returncode, answer.stdout, answer.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace without keys."""
    place = a_place(tmp_path / "home")
    open_workspace(place, at=MORNING).close()
    return place.home


@pytest.fixture
def kept(home: Path, tmp_path: Path) -> Path:
    """Its backup."""
    assert called(home, "backup", tmp_path / "kept")[0] == 0
    return tmp_path / "kept"


def test_a_served_workspace_is_kept_and_served_again_elsewhere(live_server: ServedWorkspace, tmp_path: Path) -> None:
    kept, keys, new = tmp_path / "kept", tmp_path / "keys.tar", tmp_path / "new"
    status, said, complaints = called(live_server.home, "backup", kept, by=started)
    assert (status, complaints) == (0, "")
    first, second, third = said.splitlines()
    assert re.fullmatch(rf"Backed up \d journal entries to {kept} \([\d,]+ bytes\), and checked it\.", first)
    assert re.fullmatch(r"SHA-256 [0-9a-f]{64}", second)
    assert third == "The keys are not in it: keep them elsewhere with compounder backup-keys FILE."
    status, said, _ = called(live_server.home, "backup-keys", keys, by=started)
    assert (status, said.partition(". ")[0]) == (0, f"Kept forms.key in {keys}")
    status, said, complaints = called(new, "restore", kept, "--sha256", second.split()[1], by=started)
    assert (status, complaints) == (0, "")
    assert re.match(rf"Restored \d+ journal entries from {kept}\.\nNothing was changed: \d+ entries, every row", said)
    assert "put them back with compounder restore-keys FILE" in said
    assert called(new, "restore-keys", keys, by=started) == (0, f"Restored forms.key to {new / 'keys'}.\n", "")
    assert (new / "keys" / "forms.key").read_bytes() == (live_server.home / "keys" / "forms.key").read_bytes()
    with served(new) as again, urlopen(again.address, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("backup", "kept stands there already and was not touched; name a new file."),
        ("restore", "compounder.db stands there already and was not touched; restore goes only into a new workspace."),
        ("backup-keys", "keys; look at COMPOUNDER_KEYS."),
        ("restore-keys", "kept is no backup of Compounder's keys; if it was packed or encrypted, undo that first."),
    ],
)
def test_a_refusal_is_one_sentence_and_status_two(kept: Path, home: Path, command: str, said: str) -> None:
    before = kept.read_bytes()
    status, output, complaints = called(home, command, kept)
    assert (status, output) == (2, "")
    assert complaints.startswith("Error: ")
    assert complaints.endswith(f"{said}\n")
    assert complaints.count("\n") == 1
    assert kept.read_bytes() == before


def test_a_backup_that_was_changed_is_not_restored_and_what_was_changed_is_said(kept: Path, tmp_path: Path) -> None:
    change(kept, "UPDATE formulation_versions SET name = 'Sugar'")
    status, output, complaints = called(tmp_path / "new", "restore", kept)
    found, refusal = complaints.splitlines()
    assert (status, output) == (2, "")
    assert "Formulation NTX-CAPS version 1 is not what entry 2 says: name changed beside it." in found
    assert refusal == f"Error: {kept} is not what was written, 1 finding. Nothing was restored."
    assert not (tmp_path / "new" / "compounder.db").exists()


@pytest.mark.parametrize("most_bytes", [0, 4_096, 100_000])
def test_a_full_disk_keeps_nothing_half_made(kept: Path, home: Path, tmp_path: Path, most_bytes: int) -> None:
    """A limit on the size of files stands for the disk: the write fails in the middle in the same way."""
    for where, arguments in ((home, ("backup", tmp_path / "more")), (tmp_path / "new", ("restore", kept))):
        status, output, complaints = called(where, *arguments, by=partial(started, most_bytes=most_bytes))
        assert (status, output) == (2, "")
        assert "cannot be written: " in complaints
        assert complaints.endswith("Nothing was kept.\n")
        assert complaints.count("\n") == 1
    assert left_in(tmp_path) == ["home", "kept"]
