"""What it costs that the journal can be proved: the tree, all of `compounder verify`, the tree's part in storing.

The floor of the tree is as many bare SHA-256 over two hashes; no tree can do with less than one for each leaf.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.pharmacy import Pharmacy, a_pharmacy, an_order, store, worked_out
from bench.table import Row, Target, Work, interleaved, middle
from compounder.database import sqlite, tree
from compounder.database.audit.entries import Walk
from compounder.database.audit.snapshot import snapshot
from compounder.database.engine import Database, open_database
from compounder.domain.record.merkle import Edge
from compounder.services.proving import verify

LEAVES = 100_000
BARE = "as many SHA-256 of two hashes, bare"
SMALL, LARGE = Edge().grown([bytes(32)] * 11), Edge().grown([bytes(32)] * 1_000_000)
NEXT, AT_TEN = "next root after 1,000,000 entries", "next root after 11 entries"
STORE, GROW = "store one batch", "the tree's part of storing a batch"
WALK = "every entry hashed again, and the tree"
A_FEW_PER_CENT = 0.05
AGAIN = 50


def rows(rounds: int = 9, batches: int = 60) -> Iterator[Row]:
    """The tree, then a database with so many batches."""
    yield from the_tree(rounds)
    with tempfile.TemporaryDirectory() as folder:
        pharmacy = a_pharmacy(Path(folder))
        yield storing(pharmacy, batches)
        yield verifying(pharmacy, rounds)


def the_tree(rounds: int) -> Iterator[Row]:
    """As many leaves as shall be done in a second; and one more leaf, whatever the size."""
    leaves = [os.urandom(32) for _ in range(LEAVES)]
    figure = f"{LEAVES:,} leaves into the tree"
    works: dict[str, Work] = {
        BARE: lambda: [hashlib.sha256(b"\x01" + leaf + leaf).digest() for leaf in leaves],
        figure: lambda: Edge().grown(leaves).root,
        AT_TEN: lambda: [SMALL.grown([leaf]).root for leaf in leaves[:1_000]],
        NEXT: lambda: [LARGE.grown([leaf]).root for leaf in leaves[:1_000]],
    }
    took = {name: middle(taken) for name, taken in interleaved(works, rounds).items()}
    yield Row(figure=figure, measured=took[figure], floor=BARE, floor_measured=took[BARE], target=Target(seconds=1))
    yield Row(figure=NEXT, measured=took[NEXT] / 1_000, floor=AT_TEN, floor_measured=took[AT_TEN] / 1_000)


def storing(pharmacy: Pharmacy, batches: int) -> Row:
    """Storing so many batches, each with its order; and only the tree read and written."""
    database = open_database(pharmacy.settings.database_url)
    request = an_order(pharmacy, "1.5 mg")
    shown = worked_out(database, request)
    works: dict[str, Work] = {STORE: lambda: store(database, request, shown), GROW: growing(database)}
    took = {name: middle(taken) for name, taken in interleaved(works, batches).items()}
    database.close()
    target = Target(times=A_FEW_PER_CENT)
    return Row(figure=GROW, measured=took[GROW] / AGAIN, floor=STORE, floor_measured=took[STORE], target=target)


def growing(database: Database) -> Work:
    """The edge read, grown by an order and a batch, and written, again and again in a transaction that is given up.

    What the first write of a transaction costs is not the tree's.
    """
    leaves = [bytes(32).hex()] * 2
    connection = database.engine.connect().execution_options(sqlite_begins=sqlite.WRITING)

    def grow() -> None:
        for _ in range(AGAIN):
            tree.grow(connection, tree.edge(connection), leaves)
        connection.rollback()

    return grow


def verifying(pharmacy: Pharmacy, rounds: int) -> Row:
    """The whole of `compounder verify`, against the journal's part of it."""
    url = pharmacy.settings.database_url
    with snapshot(url) as connection:
        entries = Walk([]).walk(connection).number
        works: dict[str, Work] = {
            WALK: lambda: Walk([]).walk(connection),
            "verify": lambda: verify(url, frozenset()),
        }
        took = {name: middle(taken) for name, taken in interleaved(works, rounds).items()}
    figure = f"compounder verify, {entries:,} entries"
    return Row(figure=figure, measured=took["verify"], floor=WALK, floor_measured=took[WALK])
