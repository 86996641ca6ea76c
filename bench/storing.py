"""What it costs to store an order so that a power cut cannot lose it, alone and with sixteen people at it.

The floor is a transaction of one row through the bare driver, as durable, in a file beside. An order is forty rows and
more, with their indexes, so what it sent is also sent again by the bare driver, to a copy of the database: less than
that no program can take. The people are processes: each stores a batch, then does something else for half a second to a
second and a half.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from shutil import copy
from typing import Any

from sqlalchemy import event

from bench.pharmacy import Pharmacy, a_pharmacy, an_order, store, worked_out
from bench.table import Row, Target, Work, interleaved, middle, slowest
from compounder.database import sqlite
from compounder.database.engine import Database, open_database

EMPTY, AGAIN = "one row, as durable, bare driver", "its statements, as durable, bare driver"
ONE, THREE = "store one batch", "store an order of three"
PEOPLE = 16
PAUSE = (0.5, 1.5)
WARM_UP = 2


def rows(rounds: int = 40, each: int = 8) -> Iterator[Row]:
    """Storing alone, then with others."""
    with tempfile.TemporaryDirectory() as folder:
        yield from alone(Path(folder), rounds)
        yield from together(a_pharmacy(Path(folder)), each)


def alone(folder: Path, rounds: int) -> Iterator[Row]:
    """One batch, against one row and against its own statements; an order of three."""
    one, three = (a_pharmacy(folder / name) for name in ("one", "three"))
    databases = [open_database(pharmacy.settings.database_url) for pharmacy in (one, three)]
    works = {
        EMPTY: one_row(folder / "beside.db"),
        ONE: storing(one, databases[0], "1.5 mg"),
        AGAIN: sent_again(databases[0], folder / "copy.db"),
        THREE: storing(three, databases[1], "1.5 mg", "3 mg", "4.5 mg"),
    }
    took = {name: middle(taken) for name, taken in interleaved(works, rounds).items()}
    for database in databases:
        database.close()
    yield Row(figure=ONE, measured=took[ONE], floor=EMPTY, floor_measured=took[EMPTY], target=Target(times=3))
    yield Row(figure=ONE, measured=took[ONE], floor=AGAIN, floor_measured=took[AGAIN])
    yield Row(figure=THREE, measured=took[THREE], floor=ONE, floor_measured=took[ONE])


def one_row(path: Path) -> Work:
    """A durable transaction of one row."""
    connection = sqlite3.connect(path)
    sqlite.prepare(connection)
    connection.execute("CREATE TABLE something (number INTEGER PRIMARY KEY)")
    return lambda: connection.executescript("BEGIN IMMEDIATE; INSERT INTO something DEFAULT VALUES; COMMIT")


def sent_again(database: Database, path: Path) -> Work:
    """All that was sent to a database since the last time, sent by the bare driver to a copy of it made now."""
    copy(str(database.engine.url.database), path)
    connection = sqlite3.connect(path)
    sqlite.prepare(connection)
    sent: list[tuple[bool, str, Any]] = []

    def remember(*sending: Any) -> None:
        _, _, statement, values, _, is_many = sending
        sent.append((is_many, statement, values))

    def send() -> None:
        for is_many, statement, values in sent:
            (connection.executemany if is_many else connection.execute)(statement, values).fetchall()
        connection.commit()
        sent.clear()

    event.listen(database.engine, "after_cursor_execute", remember)
    return send


def storing(pharmacy: Pharmacy, database: Database, *strengths: str) -> Work:
    """Storing an order that was worked out before."""
    request = an_order(pharmacy, *strengths)
    return partial(store, database, request, worked_out(database, request))


def together(pharmacy: Pharmacy, each: int) -> Iterator[Row]:
    """Sixteen people, each storing so many batches, against one who stores three times as many."""
    one = at_once(partial(a_person, pharmacy, 3 * each), 1)
    everybody = at_once(partial(a_person, pharmacy, each), PEOPLE)
    yield Row(
        figure=f"store one batch among {PEOPLE} people, p99",
        measured=slowest(everybody, 99),
        floor="the same alone, p99",
        floor_measured=slowest(one, 99),
        target=Target(times=5),
    )


def at_once(person: Callable[[int], list[float]], people: int) -> list[float]:
    """The seconds of everybody's storing. A refused lock would end it."""
    with ProcessPoolExecutor(people, mp_context=get_context("spawn")) as processes:
        return [taken for one_took in processes.map(person, range(people)) for taken in one_took]


def a_person(pharmacy: Pharmacy, times: int, seed: int) -> list[float]:
    """Stores so many batches with pauses; the seconds each took. Two more, at first, warm the process up."""
    database, chance = open_database(pharmacy.settings.database_url), Random(seed)
    store_one = storing(pharmacy, database, "1.5 mg")
    taken: list[float] = []
    for _ in range(times + WARM_UP):
        time.sleep(chance.uniform(*PAUSE))
        began = time.perf_counter()
        store_one()
        taken.append(time.perf_counter() - began)
    database.close()
    return taken[WARM_UP:]
