"""A PostgreSQL role that serves and owns nothing: all work goes on, and what was written stays."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from compounder.cli import main
from compounder.database.engine import REVISION, open_database, upgrade
from compounder.database.errors import DatabaseUnusable
from compounder.database.migrating import known
from compounder.services.backup import back_up
from compounder.services.granting import NotGranted, let_serve
from compounder.settings import Settings
from tests.services.backups import PROGRAMS
from tests.services.proved import fill, settings_at, verified

NOT_ALLOWED = r"permission denied|must be owner"


@pytest.fixture
def role(postgresql_url: str) -> Iterator[str]:
    """The name of a role that may sign in to the server, and nothing else."""
    name = f"Server-{secrets.token_hex(4)}"
    tell(postgresql_url, f'CREATE ROLE "{name}" LOGIN')
    yield name
    tell(postgresql_url, f'DROP OWNED BY "{name}"')
    tell(postgresql_url, f'DROP ROLE "{name}"')


@pytest.fixture
def owners(postgresql_url: str, tmp_path: Path) -> Settings:
    """The workspace as the owner of its tables names it."""
    return settings_at(postgresql_url, tmp_path)


@pytest.fixture
def servers(owners: Settings, role: str) -> Settings:
    """The same, as the role names it that may serve it."""
    let_serve(owners, role)
    return settings_at(by(owners.database_url, role), owners.home)


def by(url: str, role: str) -> str:
    return sa.make_url(url).set(username=role).render_as_string(hide_password=False)


def tell(url: str, statement: str) -> None:
    with closing(open_database(url)) as database, database.writing() as writing:
        writing.execute(sa.text(statement))


def test_who_serves_does_all_work_backs_up_and_proves(
    servers: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    fill(servers)
    proved = verified(servers)
    assert (proved.findings, proved.entries > 10) == ((), True)
    assert back_up(servers, tmp_path / "kept").entries == proved.entries


REFUSED = [
    "UPDATE journal SET actor = 'somebody else'",
    "DELETE FROM journal",
    "TRUNCATE journal CASCADE",
    "UPDATE checkpoints SET text = ''",
    "UPDATE stock_movements SET reason = ''",
    "DELETE FROM batches",
    "DELETE FROM people",
    "UPDATE alembic_version SET version_num = ''",
    "DROP TABLE journal CASCADE",
    "ALTER TABLE journal DROP COLUMN actor",
    "CREATE TABLE elsewhere (one int)",
]


def test_who_serves_can_neither_change_the_journal_nor_the_tables(servers: Settings) -> None:
    for statement in REFUSED:
        with pytest.raises(sa.exc.ProgrammingError, match=NOT_ALLOWED):
            tell(servers.database_url, statement)


def test_the_tables_of_an_older_version_are_not_brought_up_to_date_by_who_serves(
    owners: Settings, servers: Settings
) -> None:
    older = min(known() - {REVISION})
    tell(owners.database_url, f"UPDATE alembic_version SET version_num = '{older}'")
    with pytest.raises(DatabaseUnusable, match=NOT_ALLOWED):
        upgrade(servers.database_url)


def test_a_role_that_is_not_there_or_owns_the_tables_is_refused_in_a_sentence(owners: Settings) -> None:
    with pytest.raises(NotGranted, match="there is no role nobody; make it with CREATE ROLE nobody LOGIN"):
        let_serve(owners, "nobody")
    owner = str(sa.make_url(owners.database_url).username)
    with pytest.raises(NotGranted, match=f"{owner} owns the tables; serve with another role"):
        let_serve(owners, owner)


def test_a_sqlite_file_has_no_roles(sqlite_copy: Settings) -> None:
    answer = CliRunner().invoke(main, ["grant", "anybody"], env={"COMPOUNDER_HOME": str(sqlite_copy.home)})
    assert (answer.exit_code, answer.output.count("\n")) == (2, 1)
    assert "Nothing was granted: a SQLite file has no roles" in answer.output
