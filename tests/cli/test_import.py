"""`compounder import`: a dry run tells every problem or names what it saw; exactly that is stored, once."""

from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from compounder.services.workspace import open_workspace
from compounder.settings import Settings
from tests.cli.typed import Answer, started, typed
from tests.services.orders import MORNING, SITE

LOTS = """substance;maker;lot_number;received_on;expires_on;quantity
microcrystalline cellulose;Crème & Søn;MCC-140;2026-01-20;2199-01-31;5 kg
"""


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    """A workspace of a site that has nothing in stock."""
    copy(sqlite_template, tmp_path / "compounder.db")
    url = f"sqlite:///{tmp_path / 'compounder.db'}"
    where = Settings(home=tmp_path, database_url=url, keys=tmp_path / "keys", site=SITE, hosts=())
    open_workspace(where, at=MORNING).close()
    return tmp_path


def imported(home: Path, text: str, *options: str, by: Callable[..., Answer] = typed) -> Answer:
    file = home / "lots.csv"
    file.write_text(text, encoding="utf-8")
    return by(home, "import", "lots", str(file), *options)


def test_what_a_dry_run_saw_is_stored_and_nothing_else_and_once(home: Path) -> None:
    seen = imported(home, LOTS, "--dry-run")
    assert seen.stdout.startswith("Rows without a problem: 1, and no other. Nothing was stored.\n")
    reviewed = seen.stdout.split("--reviewed ")[1].split()[0]
    exchanged = imported(home, LOTS.replace("5 kg", "4 kg"), "--reviewed", reviewed, "--by", "Anna")
    assert (exchanged.returncode, "not what was looked at" in exchanged.stderr) == (2, True)
    stored = imported(home, LOTS, "--reviewed", reviewed, "--by", "Anna", by=started)
    assert (stored.returncode, stored.stdout) == (0, "Stored of lots: 1.\n")
    again = imported(home, LOTS, "--by", "Anna")
    assert (again.returncode, again.stdout) == (
        1,
        "row 2, lot_number: Lot MCC-140 of Crème & Søn is stored already; take the row out.\n",
    )
    assert typed(home, "verify").returncode == 0
