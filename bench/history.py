"""What the history costs with a million batches, and with ten thousand: `python -m bench history [batches]`.

The floors are the same questions written by hand, sent through the bare driver, which keeps them prepared.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.history_filled import LAST_DAY, PAPER, RECALLED, SITE, filled
from bench.table import Row, Target, Work, interleaved, middle, slowest
from compounder.database import papers
from compounder.database.engine import Connection, open_database
from compounder.database.search import (
    BatchFilter,
    batches_beginning,
    batches_using,
    by_month,
    by_status,
    by_strength,
    count_text,
    expiring_batches,
    search_batches,
)
from compounder.database.types import BATCHES_A_DAY, batch_id_of
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity

FEW = 10_000
ROUNDS = 60
PAGE = (
    "SELECT id, lot_number, strength, preparation, compounded_on, beyond_use_date, status, capsules, order_number "
    "FROM batches WHERE site = 'A'"
)
COUNT = "count(*) FROM batches WHERE site = 'A' AND compounded_on BETWEEN ? AND ? GROUP BY 1"
MADE = (LAST_DAY - timedelta(days=900), LAST_DAY - timedelta(days=600))
QUARTER = (LAST_DAY - timedelta(days=90), LAST_DAY)
SOON = (LAST_DAY.isoformat(), (LAST_DAY + timedelta(days=30)).isoformat())
ONE_STRENGTH = parse_quantity("1.5 mg", MASS_PER_CAPSULE)
WORDS = ("naltrexone", "mull", "creme", "anna sond", "mannitol", "l-00007", "l-0000", "trial ines", "n", "l-00050 anna")
FLOORS = {
    "lot number": Target(times=1.7),
    "strength and dates, page of 50": Target(times=1.7),
    "expiring in 30 days, page of 50": Target(times=1.7),
    "first page": Target(times=1.7),
    "three months by status": Target(times=1.7),
    "three months by strength": Target(times=1.7),
    "three months by month": Target(times=1.7),
}
BY_HAND = " by hand"


@dataclass(frozen=True)
class History:
    """A filled history, asked through the program and through the bare driver."""

    ours: Connection
    bare: sqlite3.Connection

    def by_hand(self, sql: str, *values: object) -> Work:
        """The bare question."""
        return lambda: self.bare.execute(sql, values).fetchall()

    def page(self, asked: BatchFilter, after: str | None = None) -> Work:
        """A page of the history."""
        return partial(search_batches, self.ours, SITE, asked, after=after)

    def one(self, sql: str) -> str:
        """A single value."""
        return str(self.bare.execute(sql).fetchone()[0])

    def recall(self, batches: int) -> Work:
        """Every batch of the lot that is in so many."""
        number = self.one(f"SELECT max(id) - {len(RECALLED) - 1 - RECALLED.index(batches)} FROM ingredient_lots")
        return partial(batches_using, self.ours, SITE, number)


def rows(batches: int = 1_000_000) -> Iterator[Row]:
    """Every question against the bare SQL, then against itself with few batches."""
    with tempfile.TemporaryDirectory() as folder:
        many, few = filled(Path(folder), batches), filled(Path(folder), FEW)
        with opened(many) as history:
            took = interleaved(questions(history), ROUNDS)
        with opened(few) as history:
            took_few = interleaved(questions(history), ROUNDS)
    yield from against_bare(took)
    yield from against_others(took)
    for name in FLOORS:
        measured, floor = slowest(took[name], 99), slowest(took_few[name], 99)
        yield Row(
            figure=f"{name}, p99",
            measured=measured,
            floor=f"with {FEW:,} batches",
            floor_measured=floor,
            target=Target(times=2),
        )


@contextmanager
def opened(path: Path) -> Iterator[History]:
    """The database, opened both ways."""
    database = open_database(f"sqlite:///{path}")
    with database.reading() as connection, closing(sqlite3.connect(path)) as bare:
        yield History(connection, bare)
    database.close()


def questions(history: History) -> Mapping[str, Work]:
    """Every question, ours and by hand."""
    lot_number = history.one("SELECT lot_number FROM batches ORDER BY id LIMIT 1 OFFSET 5000")
    oldest = history.one("SELECT id FROM batches WHERE site = 'A' ORDER BY id LIMIT 1 OFFSET 60")
    made = (batch_id_of(MADE[0], 0), batch_id_of(MADE[1], BATCHES_A_DAY - 1))
    days = tuple(day.isoformat() for day in QUARTER)
    by_hand = {
        "lot number": history.by_hand(f"{PAGE} AND lot_number = ?", lot_number),
        "strength and dates, page of 50": history.by_hand(
            f"{PAGE} AND strength_ng = 1500000 AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT 51", *made
        ),
        "expiring in 30 days, page of 50": history.by_hand(
            f"{PAGE} AND beyond_use_date BETWEEN ? AND ? AND status <> 'voided' ORDER BY beyond_use_date, id LIMIT 50",
            *SOON,
        ),
        "first page": history.by_hand(f"{PAGE} ORDER BY id DESC LIMIT 51"),
        "three months by status": history.by_hand(f"SELECT status, {COUNT}", *days),
        "three months by strength": history.by_hand(f"SELECT strength_ng, {COUNT}", *days),
        "three months by month": history.by_hand(f"SELECT substr(compounded_on, 1, 7), {COUNT}", *days),
        "reprint": history.by_hand("SELECT pdf FROM issued_papers WHERE document_sha256 = ? AND site = 'A'", PAPER),
    }
    ours: dict[str, Work] = {
        "lot number": partial(batches_beginning, history.ours, SITE, lot_number),
        "strength and dates, page of 50": history.page(
            BatchFilter(strength=ONE_STRENGTH, made_from=MADE[0], made_to=MADE[1])
        ),
        "expiring in 30 days, page of 50": partial(expiring_batches, history.ours, SITE, LAST_DAY),
        "first page": history.page(BatchFilter()),
        "three months by status": partial(by_status, history.ours, SITE, *QUARTER),
        "three months by strength": partial(by_strength, history.ours, SITE, *QUARTER),
        "three months by month": partial(by_month, history.ours, SITE, *QUARTER),
        "reprint": partial(papers.find, history.ours, SITE, PAPER, "worksheet"),
        "deepest page": history.page(BatchFilter(), after=oldest),
        "how many of a strength": partial(count_text, history.ours, SITE, BatchFilter(strength=ONE_STRENGTH)),
        **{f"recall of a lot in {batches:,} batches": history.recall(batches) for batches in RECALLED},
        **{f"words: {words}": history.page(BatchFilter(words=words)) for words in WORDS},
    }
    return ours | {name + BY_HAND: work for name, work in by_hand.items()}


def against_bare(took: Mapping[str, list[float]]) -> Iterator[Row]:
    """Each question against the same by hand."""
    for name, target in {**FLOORS, "reprint": Target(seconds=0.005)}.items():
        yield Row(
            figure=name,
            measured=middle(took[name]),
            floor="the bare SQL",
            floor_measured=middle(took[name + BY_HAND]),
            target=target,
        )


def against_others(took: Mapping[str, list[float]]) -> Iterator[Row]:
    """What is held against another question, or against the clock."""
    compared = (
        ("deepest page", "first page", Target(times=1.5)),
        ("recall of a lot in 800 batches", "recall of a lot in 50 batches", Target(times=16)),
        ("recall of a lot in 5,000 batches", "recall of a lot in 50 batches", Target(seconds=1)),
        ("how many of a strength", "first page", None),
    )
    for name, floor, target in compared:
        yield Row(
            figure=name, measured=middle(took[name]), floor=floor, floor_measured=middle(took[floor]), target=target
        )
    words = [taken for name, times in took.items() if name.startswith("words: ") for taken in times]
    yield Row(
        figure="words, p99",
        measured=slowest(words, 99),
        floor="first page",
        floor_measured=middle(took["first page"]),
        target=Target(seconds=0.01),
    )
