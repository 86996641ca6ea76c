"""Storage that keeps what it acknowledged: what each connection is set to, who may write, and the newest tables."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from compounder.database import lots, sqlite
from compounder.database.engine import create_engine_for, is_current, open_database, upgrade
from compounder.database.errors import DatabaseBusy, DatabaseUnsafe, DatabaseUnusable, NotFound
from compounder.domain.stock.lots import LotStatus
from tests.database.stored import SITE, Site, a_site, an_entry


@pytest.mark.parametrize(
    ("version", "settings"),
    [
        ((3, 40, 1), ("DELETE", "EXTRA")),
        ((3, 44, 5), ("DELETE", "EXTRA")),
        ((3, 44, 6), ("WAL", "FULL")),
        ((3, 50, 6), ("DELETE", "EXTRA")),
        ((3, 50, 7), ("WAL", "FULL")),
        ((3, 51, 2), ("DELETE", "EXTRA")),
        ((3, 51, 3), ("WAL", "FULL")),
        ((4, 0, 0), ("WAL", "FULL")),
    ],
)
def test_only_a_repaired_sqlite_keeps_a_write_ahead_log(version: tuple[int, ...], settings: tuple[str, str]) -> None:
    assert sqlite.durable_settings(version) == settings


def test_every_sqlite_connection_is_durable_and_keeps_its_references(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    mode, _ = sqlite.durable_settings()
    for _ in range(2):
        with database.reading() as connection:
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")]
            assert found == [mode.lower(), 1]
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == {"WAL": 2, "DELETE": 3}[mode]
    database.close()


def test_a_connection_that_cannot_be_made_durable_is_refused(tmp_path: Path) -> None:
    in_memory = sqlite3.connect(":memory:")
    with pytest.raises(DatabaseUnsafe, match=r"journal_mode is memory and must be"):
        sqlite.prepare(in_memory)
    in_memory.close()


def test_a_plain_postgresql_address_means_psycopg() -> None:
    assert create_engine_for("postgresql://somewhere/records").url.drivername == "postgresql+psycopg"
    assert make_url("postgresql+psycopg://somewhere/records").drivername == "postgresql+psycopg"


def test_reading_cannot_write(site: Site) -> None:
    with site.database.reading() as connection, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        an_entry(connection)


def test_reading_sees_one_state_whatever_is_stored_meanwhile(postgresql_url: str) -> None:
    how_many = text("SELECT count(*) FROM journal")
    with a_site(postgresql_url) as site, site.database.reading() as connection:
        before = connection.scalar(how_many)
        with site.database.writing() as writing:
            an_entry(writing)
        assert connection.scalar(how_many) == before
        with site.database.reading() as later:
            assert later.scalar(how_many) == before + 1


def test_writing_follows_reading_on_the_same_connection(site: Site) -> None:
    for _ in range(3):
        with site.database.reading() as connection:
            connection.execute(text("SELECT 1"))
        with site.database.writing() as connection:
            an_entry(connection)


def test_what_raises_stores_nothing(site: Site) -> None:
    with site.database.reading() as connection:
        before = connection.scalar(text("SELECT count(*) FROM journal"))
    with pytest.raises(NotFound), site.database.writing() as connection:
        lots.set_status(connection, SITE, an_entry(connection, "no lot").subject, LotStatus.USED_UP)
    with site.database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM journal")) == before


def test_a_database_that_another_program_holds_is_said_to_be_busy(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    database = open_database(sqlite_url)
    stranger = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), database.writing():
        pytest.fail("two writers at once")
    stranger.close()
    with database.writing() as connection:
        an_entry(connection)
    database.close()


def test_a_new_database_starts_at_the_newest_revision(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    with database.reading() as connection:
        assert not is_current(connection)
    upgrade(empty_database_url)
    with database.reading() as connection:
        assert is_current(connection)
    database.close()


def test_two_programs_that_start_together_upgrade_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(2) as programs:
        assert list(programs.map(upgrade, [empty_database_url] * 2)) == [None, None]


@pytest.mark.parametrize("table", ["journal", "site_settings", "stock_movements"])
@pytest.mark.parametrize("change", ["UPDATE {} SET journal_number = 1", "DELETE FROM {}"])
def test_what_was_appended_is_never_changed(site: Site, table: str, change: str) -> None:
    statement = change.format(table).replace("journal SET journal_number", "journal SET number")
    with pytest.raises(DBAPIError, match="never changed"), site.database.writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://ann:secret@127.0.0.1:9/pharmacy", "postgresql://ann:***@127.0.0.1:9/pharmacy"),
        ("nonsense", "its address cannot be read"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(address: str, said: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        upgrade(address)
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_database_is_named(empty_sqlite_url: str) -> None:
    Path(empty_sqlite_url.removeprefix("sqlite:///")).write_text("capsules " * 200, encoding="utf-8")
    with pytest.raises(DatabaseUnusable, match="not a database"):
        upgrade(empty_sqlite_url)


def test_an_error_of_the_database_shows_no_value(database_url: str) -> None:
    database = open_database(database_url)
    with pytest.raises(DBAPIError) as error, database.reading() as connection:
        connection.execute(text("SELECT nothing FROM people WHERE password_hash = :kept"), {"kept": "$argon2id$secret"})
    assert "secret" not in str(error.value)
    database.close()


def test_tables_of_a_newer_version_are_left_as_they_are(sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '2099_01_01_newer'")
    opened.close()
    with pytest.raises(DatabaseUnusable, match="a newer version of Compounder wrote it"):
        upgrade(sqlite_url)
