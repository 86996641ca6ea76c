"""Recalls and who was told of them held against the journal: whatever was changed is named, and every signature."""

from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import text

from compounder.settings import Settings
from tests.services.proved import attacked, attacking, hash_again, plant_again, sentences, settings_at, statement
from tests.services.recalled import recalled_there


def test_a_recall_is_as_it_was_written(pharmacy: Settings) -> None:
    recalled_there(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.fixture(scope="module")
def recalled_once(sqlite_pharmacy: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A pharmacy that recalled something, to be copied."""
    home = tmp_path_factory.mktemp("recalled") / "copy"
    copytree(sqlite_pharmacy.home, home)
    where = settings_at(f"sqlite:///{home / 'compounder.db'}", home)
    recalled_there(where)
    return where


@pytest.fixture
def recalled(recalled_once: Settings, tmp_path: Path) -> Settings:
    """A copy of it to be attacked."""
    copytree(recalled_once.home, tmp_path / "copy")
    return settings_at(f"sqlite:///{tmp_path / 'copy' / 'compounder.db'}", tmp_path / "copy")


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE recalls SET status = 'open'", "status changed beside it"),
        ("UPDATE recalls SET document = replace(document, 'II', 'III')", "document changed beside it"),
        ("UPDATE recalls SET origin_name = '2'", "origin name changed beside it"),
        ("DELETE FROM recalls", "made is missing from the recalls"),
        ("UPDATE recall_contacts SET answer = 'none-left' WHERE patient_id IS NOT NULL", "answer changed beside it"),
        ("UPDATE recall_contacts SET patient_id = NULL", "of patient changed beside it"),
        ("DELETE FROM recall_contacts", "made is missing from the recall contacts"),
        ("UPDATE batches SET status = 'released' WHERE status = 'quarantined'", "status changed beside it"),
    ],
)
def test_what_was_changed_beside_the_journal_is_named(recalled: Settings, attack: str, said: str) -> None:
    assert said in attacked(recalled, statement(attack))


def test_a_notice_that_was_rewritten_is_not_what_was_signed(recalled: Settings) -> None:
    with attacking(recalled.database_url) as connection:
        for table in ("journal", "recalls"):
            connection.execute(text(f"UPDATE {table} SET document = replace(document, 'HC-2026-17', 'HC-2026-18')"))
        hash_again(connection)
        plant_again(connection)
    assert "The signature of entry" in sentences(recalled)
    assert "(recalled: recall R-0001) does not hold." in sentences(recalled)
