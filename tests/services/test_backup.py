"""Backup and restore of SQLite: one moment's state while people write, checked twice, and never half of it."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from compounder.database.backup_errors import (
    Damaged,
    NotABackup,
    NotReadable,
    NotWritten,
    OtherKind,
    OtherSha256,
    StandsAlready,
    WrittenByNewer,
)
from compounder.database.engine import is_current, open_database
from compounder.domain.errors import CompoundingError
from compounder.services.backup import NotAsWritten, back_up, restore
from compounder.settings import Settings
from tests.services.backups import a_place, an_older_database, change, count_twice, left_in, rows_in
from tests.services.orders import Bench, an_entry
from tests.services.proved import fill_plainly, verified


@pytest.fixture(scope="module")
def a_backup(tmp_path_factory: pytest.TempPathFactory, sqlite_pharmacy: Settings) -> Path:
    """The backup of the small pharmacy; not to be changed."""
    return back_up(sqlite_pharmacy, tmp_path_factory.mktemp("backed-up") / "kept").file


@pytest.fixture
def file(a_backup: Path, tmp_path: Path) -> Path:
    """A copy of that backup, to be changed."""
    copy = tmp_path / "kept"
    copy.write_bytes(a_backup.read_bytes())
    return copy


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Settings]:
    """A workspace that is not there yet; whatever is refused leaves nothing of it."""
    place = a_place(tmp_path / "new" / "workspace")
    yield place
    assert not (tmp_path / "new").exists() or left_in(tmp_path / "new") in ([], ["workspace"])


def refused(new: Settings, file: Path, kind: type[CompoundingError], said: str, sha256: str | None = None) -> None:
    """The file is refused in one sentence that says so, and nothing is left of the attempt."""
    with pytest.raises(kind, match=said) as refusal:
        restore(new, file, sha256=sha256)
    assert str(file) in str(refusal.value)
    assert not new.home.exists()


def test_what_was_backed_up_comes_back_whole(sqlite_pharmacy: Settings, tmp_path: Path, new: Settings) -> None:
    kept = back_up(sqlite_pharmacy, tmp_path / "kept")
    assert (kept.entries, kept.size) == (verified(sqlite_pharmacy).entries, (tmp_path / "kept").stat().st_size)
    assert kept.sha256 == hashlib.sha256(kept.file.read_bytes()).hexdigest()
    assert restore(new, kept.file, sha256=kept.sha256).entries == kept.entries
    assert rows_in(new.database_url) == rows_in(sqlite_pharmacy.database_url)
    assert left_in(new.home) == ["compounder.db"]


def test_what_was_restored_is_proved(file: Path, new: Settings) -> None:
    proved = restore(new, file)
    assert proved.sentence.startswith(
        f"Nothing was changed: {proved.entries} entries, every row that they made and 2 check"
    )
    assert "signed with a key that only the database vouches for" in proved.sentence


def test_with_the_keys_at_hand_the_checkpoints_are_proved_too(
    sqlite_pharmacy: Settings, file: Path, new: Settings
) -> None:
    proved = restore(replace(new, keys=sqlite_pharmacy.keys), file)
    assert (proved.is_key_known, proved.checkpoints) == (True, 2)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ingredient_lots SET expires_on = '2031-01-01'", "Ingredient lot NTX-2411 is not what entry 6 says"),
        ("UPDATE batch_records SET document = replace(document, '1.5 mg', '15 mg')", "record changed beside it"),
        ("UPDATE ingredient_lots SET on_hand_ng = on_hand_ng + 1", "is not the sum of what its entries moved"),
        ("DELETE FROM lot_measurements", "is missing from the lot measurements"),
        ("UPDATE checkpoints SET text = replace(text, '1', '7')", "is not what was written"),
    ],
)
def test_a_backup_of_records_changed_beside_the_journal_is_refused_with_what_was_found(
    sqlite_copy: Settings, tmp_path: Path, new: Settings, statement: str, said: str
) -> None:
    """The journal itself is whole, so that the backup is kept; what it made is not."""
    change(sqlite_copy.home / "compounder.db", statement)
    tampered = back_up(sqlite_copy, tmp_path / "tampered").file
    with pytest.raises(NotAsWritten, match=r"tampered is not what was written, [\d,]+ findings?\. Nothing") as refusal:
        restore(new, tampered)
    assert said in "\n".join(refusal.value.findings)
    assert not new.home.exists()


def test_a_restored_workspace_is_worked_in_as_before(file: Path, new: Settings) -> None:
    before = restore(new, file).entries
    database = open_database(new.database_url)
    with database.writing() as writing:
        assert an_entry(writing) == before + 1
    with pytest.raises(Exception, match="never changed"), database.writing() as writing:
        writing.exec_driver_sql("DELETE FROM journal")
    database.close()


def test_backups_are_their_owners_alone(a_backup: Path) -> None:
    assert a_backup.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_one_moment_while_people_write(sqlite_copy: Settings, tmp_path: Path) -> None:
    ended = Event()

    def write() -> int:
        mine, written = open_database(sqlite_copy.database_url), 0
        while not ended.is_set():
            with mine.writing() as writing:
                count_twice(writing)
            written += 1
        mine.close()
        return written

    with ThreadPoolExecutor(2) as people:
        writing = [people.submit(write) for _ in range(2)]
        kept = [back_up(sqlite_copy, tmp_path / f"kept-{number}") for number in range(4)]
        ended.set()
        assert all(each.result() for each in writing)
    counted = [each.entries for each in kept]
    assert counted == sorted(set(counted))
    assert all((each.entries - counted[0]) % 2 == 0 for each in kept), "half of what was stored together"
    for number, each in enumerate(kept):
        assert restore(a_place(tmp_path / f"again-{number}"), each.file).entries == each.entries


def test_a_backup_never_takes_the_place_of_a_file(sqlite_bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    (tmp_path / "leads-nowhere").symlink_to(tmp_path / "nowhere")
    for name in ("kept", "leads-nowhere", "compounder.db"):
        with pytest.raises(StandsAlready, match=name):
            back_up(a_place(tmp_path), tmp_path / name)
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_named(sqlite_bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"kept cannot be written: No such file or directory"):
        back_up(a_place(tmp_path), tmp_path / "nowhere" / "kept")


def test_a_workspace_without_a_database_is_named(tmp_path: Path, new: Settings) -> None:
    with pytest.raises(NotReadable, match=r"compounder.db cannot be read: No such file or directory"):
        back_up(new, tmp_path / "kept")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE journal SET document = replace(document, '1.5 mg', '15 mg')", r"entry \d+ is not as it was written"),
        ("UPDATE journal SET actor = 'Nobody' WHERE number = 3", "entry 3 is not as it was written"),
        ("UPDATE journal SET at = '2026-11-20 09:30:00.000000' WHERE number = 3", "entry 3 is not as it was written"),
        ("UPDATE journal SET at = 'yesterday' WHERE number = 3", "is damaged"),
        ("UPDATE journal SET kind = 'forgotten' WHERE number = 3", "is damaged"),
        ("UPDATE journal SET document = CAST(x'ff' AS TEXT) WHERE number = 3", "is damaged"),
        ("DELETE FROM journal WHERE number = 1", "refers to nothing in journal"),
        ("UPDATE batches SET order_id = 999", "a row of batches refers to nothing in orders"),
    ],
)
def test_what_was_changed_by_hand_is_refused(file: Path, new: Settings, statement: str, said: str) -> None:
    change(file, statement)
    refused(new, file, Damaged, said)


def test_an_entry_that_nothing_refers_to_is_missed(file: Path, new: Settings) -> None:
    change(
        file, "DELETE FROM journal WHERE number = (SELECT max(number) FROM journal WHERE kind = 'lot-status-changed')"
    )
    refused(new, file, Damaged, r"journal entry \d+ is missing")


@pytest.mark.parametrize("bytes_left", [1, 15, 16, 99, 100, 4_095, 4_096, 40_000, -4_096, -1])
def test_a_truncated_file_is_refused(file: Path, new: Settings, bytes_left: int) -> None:
    os.truncate(file, bytes_left if bytes_left > 0 else file.stat().st_size + bytes_left)
    refused(new, file, NotABackup if bytes_left in (1, 15) else Damaged, "packed or encrypted|is damaged")


@pytest.mark.parametrize("place", [20, 60, 5_000, 100_000, -1])
def test_one_other_byte_makes_another_file(file: Path, new: Settings, place: int) -> None:
    content = bytearray(file.read_bytes())
    sha256 = hashlib.sha256(content).hexdigest()
    content[place] ^= 1
    file.write_bytes(content)
    refused(new, file, OtherSha256, "is not the file with that SHA-256", sha256.upper())


@pytest.mark.parametrize(
    "content",
    [b"", b"capsules " * 999, b"PK\x03\x04" * 99, b"\x1f\x8b\x08" * 99, b"age-encryption.org/v1\n", os.urandom(9_999)],
    ids=["nothing", "text", "zip", "gzip", "encrypted", "noise"],
)
def test_what_is_no_backup_is_refused(file: Path, new: Settings, content: bytes) -> None:
    file.write_bytes(content)
    refused(new, file, NotABackup, "if it was packed or encrypted, undo that first")


def test_a_database_of_another_program_is_refused(file: Path, new: Settings) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as stranger:
        stranger.execute("CREATE TABLE journal (number INTEGER)")
    refused(new, file, NotABackup, "is no backup of a workspace")


def test_pages_that_no_longer_fit_together_are_refused(file: Path, new: Settings) -> None:
    content = bytearray(file.read_bytes())
    content[8_192:12_288] = bytes(4_096)
    file.write_bytes(content)
    refused(new, file, Damaged, "is damaged")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, new: Settings) -> None:
    refused(new, tmp_path / "nowhere", NotReadable, "No such file or directory")
    refused(new, tmp_path, NotReadable, "Is a directory")


def test_a_dump_of_postgresql_does_not_go_into_sqlite(file: Path, new: Settings) -> None:
    file.write_bytes(b"PGDMP\x01\x10")
    refused(new, file, OtherKind, "is a backup of PostgreSQL, and COMPOUNDER_DATABASE_URL names SQLite")


def test_a_workspace_with_a_database_is_not_touched(file: Path, new: Settings) -> None:
    restore(new, file)
    before = (new.home / "compounder.db").read_bytes()
    with pytest.raises(StandsAlready, match="restore goes only into a new workspace"):
        restore(new, file)
    assert (new.home / "compounder.db").read_bytes() == before
    assert left_in(new.home) == ["compounder.db"]


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_what_an_earlier_database_left_is_not_mixed_with_another(file: Path, new: Settings, end: str) -> None:
    new.home.mkdir(parents=True)
    (new.home / f"compounder.db{end}").write_bytes(b"of another database")
    with pytest.raises(StandsAlready, match=f"compounder.db{end} stands there"):
        restore(new, file)
    assert left_in(new.home) == [f"compounder.db{end}"]


def test_what_a_newer_program_wrote_is_refused(file: Path, new: Settings) -> None:
    change(file, "UPDATE alembic_version SET version_num = '2031_01_01_dispense'")
    refused(new, file, WrittenByNewer, r"newer Compounder \(2031_01_01_dispense\); install that version first")


def test_what_an_older_program_wrote_is_brought_up_to_date(tmp_path: Path, new: Settings) -> None:
    written, older = a_place(tmp_path / "written"), a_place(tmp_path)
    fill_plainly(written)
    an_older_database(older.database_url, written.database_url)
    kept = back_up(older, tmp_path / "kept-by-an-older-one")
    assert restore(new, kept.file).entries == kept.entries > 0
    database = open_database(new.database_url)
    with database.reading() as reading:
        assert is_current(reading)
    database.close()
