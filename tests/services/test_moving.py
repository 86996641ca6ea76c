"""Moving a SQLite workspace to PostgreSQL: every row is there, the root is the same, and work goes on."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from compounder.database.backup_errors import NotEmpty
from compounder.database.engine import open_database
from compounder.services.moving import NotMovable, move
from compounder.settings import Settings
from tests.services.backups import change, count_twice, rows_in
from tests.services.proved import settings_at, verified


def unseen(gone: int, rows: int) -> None:
    assert 0 < gone <= rows


def row_counts(url: str) -> dict[str, int]:
    return {name: len(list(rows)) for name, rows in rows_in(url).items()}


def test_every_row_is_there_the_root_is_the_same_and_work_goes_on(
    sqlite_copy: Settings, empty_postgresql_url: str
) -> None:
    seen: list[tuple[int, int]] = []
    before = verified(sqlite_copy)
    after = move(sqlite_copy, empty_postgresql_url, lambda gone, rows: seen.append((gone, rows)))
    assert (after.entries, after.root, after.findings) == (before.entries, before.root, ())
    counts = row_counts(sqlite_copy.database_url)
    assert row_counts(empty_postgresql_url) == counts
    assert seen[-1] == (sum(counts.values()) - 1, sum(counts.values()) - 1)  # all but the schema's revision
    moved = settings_at(empty_postgresql_url, sqlite_copy.home)
    with closing(open_database(empty_postgresql_url)) as database, database.writing() as writing:
        count_twice(writing)
    assert verified(moved).entries == before.entries + 2


def test_the_command_says_what_to_do_next(sqlite_copy: Settings, empty_postgresql_url: str) -> None:
    here = {**os.environ, "COMPOUNDER_HOME": str(sqlite_copy.home), "COMPOUNDER_KEYS": str(sqlite_copy.keys)}
    command: list[str | Path] = [Path(sys.executable).with_name("compounder"), "move", empty_postgresql_url]
    ended = subprocess.run(command, env=here, capture_output=True, text=True, check=True)
    assert "Nothing was changed: " in ended.stdout
    assert ended.stdout.endswith("before you start the server, and put the old file away.\n")


def test_a_workspace_that_does_not_hold_is_not_moved(sqlite_copy: Settings, empty_postgresql_url: str) -> None:
    change(Path(sqlite_copy.database_url.removeprefix("sqlite:///")), "UPDATE batches SET capsules = capsules + 1")
    with pytest.raises(NotMovable, match="the first is"):
        move(sqlite_copy, empty_postgresql_url, unseen)
    assert rows_in(empty_postgresql_url) == {}


def test_a_database_that_holds_something_is_left_as_it_is(sqlite_copy: Settings, postgresql_url: str) -> None:
    with pytest.raises(NotEmpty):
        move(sqlite_copy, postgresql_url, unseen)
    with pytest.raises(NotMovable, match="not a SQLite file"):
        move(settings_at(postgresql_url, sqlite_copy.home), postgresql_url, unseen)
    with pytest.raises(NotMovable, match="postgresql://"):
        move(sqlite_copy, "mysql://host/compounder", unseen)
