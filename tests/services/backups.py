"""Places to back up from and to restore into, and all that a database holds, to be compared."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine

from compounder.settings import Settings
from tests.services.orders import SITE


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


def left_in(folder: Path) -> list[str]:
    """The names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
