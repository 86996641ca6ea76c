"""A PostgreSQL database by its own programs: `pg_dump` writes its custom format, `pg_restore` reads it.

The dump is of the very snapshot whose journal was checked. Passwords go through the environment, where no list of
processes shows them.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import dropwhile, islice, takewhile
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from compounder.database.backup_errors import Damaged, NotABackup, NotEmpty, ProgramFailed, ProgramMissing
from compounder.database.engine import ONE_STATE, Connection, address_of, is_current, open_database
from compounder.database.errors import DatabaseUnusable, reason_of
from compounder.database.soundness import require_known, require_true, require_whole

BEGINNING: Final = b"PGDMP"
_END_OF_ROWS: Final = b"\\.\n"
_OURS_ALONE: Final = ("--no-owner", "--no-privileges")
_STANDING: Final = text(
    "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
)
_TAKING_AWAY: Final = text(
    "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename) FROM pg_tables "
    "WHERE schemaname = 'public' UNION ALL "
    "SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', pg_proc.oid::regprocedure) FROM pg_proc "
    "WHERE pronamespace = 'public'::regnamespace "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
)


def dump(url: str, target: Path) -> int:
    """Write the database at `url` to the new file `target`; the number of its journal entries."""
    name = f"The database {address_of(url)}"
    with _connected(url) as connection:
        connection.execution_options(**ONE_STATE)
        entries = require_whole(connection, name)
        if is_current(connection):
            require_true(connection, name)
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run("pg_dump", "--format=custom", *_OURS_ALONE, f"--snapshot={snapshot}", f"--file={target}", url=url)
    require_readable(target, name=str(target))
    return entries


def require_readable(file: Path, name: str) -> int:
    """The number of journal entries in a dump that was read to its end.

    Refuses what is damaged, no dump of ours, or written by a newer program.
    """
    try:
        _run("pg_restore", f"--file={os.devnull}", str(file))
    except ProgramFailed as refusal:
        raise Damaged(name=name, reason=refusal.reason) from None
    revision = next(_rows(file, "alembic_version"), None)
    if revision is None:
        raise NotABackup(file=name)
    require_known(revision, name)
    return sum(1 for _ in _rows(file, "journal"))


def _rows(file: Path, table: str) -> Iterator[str]:
    """The rows of a table in a dump that can be read, each a line, as PostgreSQL's COPY writes them."""
    called = [_found("pg_restore"), "--data-only", f"--table={table}", "--file=-", str(file)]
    begins = f"COPY public.{table} ".encode()
    with subprocess.Popen(called, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as program:  # noqa: S603 - as in `_run`
        begun = dropwhile(lambda line: not line.startswith(begins), program.stdout or ())
        for line in takewhile(lambda line: line != _END_OF_ROWS, islice(begun, 1, None)):
            yield line.decode().removesuffix("\n")


def require_empty(url: str) -> None:
    """Refuses with `NotEmpty` a database that holds any table, view or sequence."""
    with _connected(url) as connection:
        if connection.scalar(_STANDING):
            raise NotEmpty(address=address_of(url))


def load(url: str, file: Path) -> None:
    """Put a dump into the empty database at `url`: all of it or nothing."""
    _run("pg_restore", "--single-transaction", "--exit-on-error", *_OURS_ALONE, str(file), url=url)


def empty(url: str) -> None:
    """Take away what `load` put into a database that was empty before."""
    with _connected(url) as connection, connection.begin():
        for statement in connection.scalars(_TAKING_AWAY).all():
            connection.exec_driver_sql(statement)


def require_current(url: str, name: str) -> int:
    """The number of journal entries of the database at `url`, which is at the newest revision, each true."""
    with _connected(url) as connection:
        require_whole(connection, name)
        return require_true(connection, name)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise DatabaseUnusable(address=address_of(url), reason=reason_of(error)) from error
    finally:
        database.close()


def _run(program: str, *options: str, url: str | None = None) -> str:
    """What PostgreSQL's own program wrote; refuses with its first complaint."""
    address = make_url(url) if url else None
    called = [
        _found(program),
        "--no-password",
        *options,
        *([f"--dbname={_without_password(address)}"] if address else []),
    ]
    ended = subprocess.run(  # noqa: S603 - PostgreSQL's own program, and a list of arguments, not a shell's line
        called, env=_environment(address), capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL
    )
    if ended.returncode:
        raise ProgramFailed(program=program, reason=_complaint(ended.stderr))
    return ended.stdout


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise ProgramMissing(program=program)
    return path


def _complaint(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    first = next((line for line in lines if "error:" in line), lines[0] if lines else "it did not say why")
    return first.rpartition("error: ")[2].strip().rstrip(".")


def _without_password(address: URL) -> str:
    rest = {name: value for name, value in address.query.items() if name != "password"}
    plain = URL.create("postgresql", address.username, None, address.host, address.port, address.database, rest)
    return plain.render_as_string(hide_password=False)


def _environment(address: URL | None) -> Mapping[str, str]:
    given = (address.password or address.query.get("password")) if address else None
    return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": str(given)} if given else {})}
