"""What it costs to store an order so that a power cut cannot lose it, alone and with sixteen people at it.

The floor is a transaction of one row through the bare driver, as durable, in a file beside. The people are processes:
each stores a batch, then does something else for half a second to a second and a half.
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

from bench.pharmacy import Pharmacy, a_pharmacy, an_order, store, worked_out
from bench.table import Row, Target, Work, interleaved, middle, slowest
from compounder.database import sqlite
from compounder.database.engine import Database, open_database

EMPTY, ONE, THREE = "one row, as durable, bare driver", "store one batch", "store an order of three"
PEOPLE = 16
PAUSE = (0.5, 1.5)
WARM_UP = 2


def rows(rounds: int = 40, each: int = 8) -> Iterator[Row]:
    """Storing alone, then with others."""
    with tempfile.TemporaryDirectory() as folder:
        pharmacy = a_pharmacy(Path(folder))
        yield from alone(pharmacy, Path(folder), rounds)
        yield from together(pharmacy, each)


def alone(pharmacy: Pharmacy, folder: Path, rounds: int) -> Iterator[Row]:
    """One batch, and an order of three, against one row."""
    database = open_database(pharmacy.settings.database_url)
    works = {
        EMPTY: one_row(folder / "beside.db"),
        ONE: storing(pharmacy, database, "1.5 mg"),
        THREE: storing(pharmacy, database, "1.5 mg", "3 mg", "4.5 mg"),
    }
    took = {name: middle(taken) for name, taken in interleaved(works, rounds).items()}
    database.close()
    yield Row(figure=ONE, measured=took[ONE], floor=EMPTY, floor_measured=took[EMPTY], target=Target(times=3))
    yield Row(figure=THREE, measured=took[THREE], floor=ONE, floor_measured=took[ONE])


def one_row(path: Path) -> Work:
    """A durable transaction of one row."""
    connection = sqlite3.connect(path)
    sqlite.prepare(connection)
    connection.execute("CREATE TABLE something (number INTEGER PRIMARY KEY)")
    return lambda: connection.executescript("BEGIN IMMEDIATE; INSERT INTO something DEFAULT VALUES; COMMIT")


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
