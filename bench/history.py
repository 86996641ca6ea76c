"""What the history costs with a million batches, and with ten thousand: `python -m bench history [batches]`.

The floors are the same questions written by hand, sent through the bare driver, which keeps them prepared; what is
compared takes turns. Processor time: the file is in memory, and others' work on the machine is not the history's.
Counting costs what there is to count, so its growth is that of counting as many batches in a longer history.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from time import thread_time
from typing import Any

from sqlalchemy import make_url

from bench.history_export import exported
from bench.history_filled import DAYS, LAST_DAY, PAPER, RECALLED, SITE, a_folder, in_sqlite
from bench.recalling import recalled
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
ROUNDS = 200
COUNTED = 2_500
PAGE = (
    "SELECT id, lot_number, strength, preparation, compounded_on, beyond_use_date, status, capsules, order_number "
    "FROM batches WHERE site = 'A'"
)
PAST = (
    "SELECT id, lot_number, strength, preparation, compounded_on, beyond_use_date, status, capsules, '' "
    "FROM past_batches WHERE site = 'A' AND lot_number_in_capitals = ?"
)
COUNT = "count(*) FROM batches WHERE site = 'A' AND compounded_on BETWEEN ? AND ? GROUP BY 1"
GIVEN_UP = "('rejected', 'recalled', 'voided')"
NOT_EMPTY = "NOT EXISTS (SELECT 1 FROM capsule_stock WHERE batch_id = batches.id AND capsule_stock.capsules = 0)"
SOONEST = "ORDER BY beyond_use_date, id LIMIT 50"
MADE = (LAST_DAY - timedelta(days=900), LAST_DAY - timedelta(days=600))
QUARTER = (LAST_DAY - timedelta(days=90), LAST_DAY)
SOON = (LAST_DAY.isoformat(), (LAST_DAY + timedelta(days=30)).isoformat())
ONE_STRENGTH = parse_quantity("1.5 mg", MASS_PER_CAPSULE)
WORDS = (
    "naltrexone",
    "mull",
    "creme",
    "anna mull",
    "anna sond",
    "hillcrest",
    "ntx-00007",
    "ntx-000",
    "n",
    "recall-50 anna",
)
SOON_PAGE = "expiring in 30 days, page of 50"
NEXT = "the next 50 to expire"
"""Of few batches fewer than a page expire in 30 days, so growth is that of a whole page."""
SEARCHES = ("lot number", "strength and dates, page of 50", SOON_PAGE, "first page")
COUNTS = ("three months by status", "three months by strength", "three months by month")
GROWING = tuple(f"{COUNTED:,} batches by {what}" for what in ("status", "strength", "month"))
OLDEST = "SELECT id FROM batches WHERE site = 'A' ORDER BY id LIMIT 1 OFFSET 60"
BY_HAND = " by hand"
COMPARED = (
    ("deepest page", "first page", Target(times=1.5)),
    ("recall of a lot in 800 batches", "recall of a lot in 50 batches", Target(times=16)),
    ("recall of a lot in 5,000 batches", "recall of a lot in 50 batches", Target(seconds=1)),
)


@dataclass(frozen=True)
class History:
    """A filled history, asked through the program and through the bare driver."""

    ours: Connection
    bare: Any
    place: str
    batches: int

    def by_hand(self, sql: str, *values: object) -> Work:
        """The bare question; the driver keeps it prepared."""
        spoken = sql.replace("?", self.place)
        return lambda: self.bare.execute(spoken, values).fetchall()

    def page(self, asked: BatchFilter, after: str | None = None) -> Work:
        """A page of the history."""
        return partial(search_batches, self.ours, SITE, asked, after=after)

    def one(self, sql: str) -> str:
        """A single value."""
        return str(self.bare.execute(sql).fetchone()[0])

    def a_lot_number(self) -> str:
        """Our lot number of a batch of long ago."""
        return self.one("SELECT lot_number FROM batches ORDER BY id LIMIT 1 OFFSET 5000")

    def last_days(self, batches: int) -> tuple[date, date]:
        """The last days, in which so many batches were made."""
        return LAST_DAY - timedelta(days=batches * DAYS // self.batches - 1), LAST_DAY

    def recall(self, batches: int) -> Work:
        """Every batch of the lot that is in so many."""
        number = self.one(f"SELECT id FROM ingredient_lots WHERE site = 'A' AND lot_number = 'RECALL-{batches}'")
        return partial(batches_using, self.ours, SITE, number)


def rows(batches: int = 1_000_000) -> Iterator[Row]:
    """Every question against the bare SQL, then against itself with few batches, then the whole of it as a file."""
    with a_folder() as folder:
        many, few = in_sqlite(folder, batches), in_sqlite(folder, FEW)
        yield from told(many, few, batches, thread_time)
        yield from recalled(many)
        yield from exported(many, batches)


def told(many: str, few: str, batches: int, clock: Callable[[], float]) -> Iterator[Row]:
    """Every question against the bare SQL, then against itself with few batches."""
    took, took_few = measured(many, batches, clock), measured(few, FEW, clock)
    yield from against_bare(took)
    yield from against_others(took)
    yield from grown(took, took_few)


def measured(url: str, batches: int, clock: Callable[[], float]) -> dict[str, list[float]]:
    """What each question took, in turn with what it is compared with."""
    took: dict[str, list[float]] = {}
    with opened(url, batches) as history:
        works = ours(history) | by_hand(history)
        for name in sorted(works.keys() - {figure for figure, _, _ in COMPARED}):
            turns = (name, name + BY_HAND, *(figure for figure, floor, _ in COMPARED if floor == name))
            took |= interleaved({turn: works[turn] for turn in turns if turn in works}, ROUNDS, clock)
    return took


@contextmanager
def opened(url: str, batches: int) -> Iterator[History]:
    """The database, opened both ways."""
    address = make_url(url)
    with closing(open_database(url)) as database, database.reading() as connection:
        if address.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(str(address.database))) as bare:
                yield History(connection, bare, "?", batches)
        else:
            from psycopg import connect

            with connect(address.set(drivername="postgresql").render_as_string(hide_password=False)) as bare:
                yield History(connection, bare, "%s", batches)


def ours(history: History) -> dict[str, Work]:
    """Every question as the program asks it."""
    ask, counted = history.ours, history.last_days(COUNTED)
    dated = BatchFilter(strength=ONE_STRENGTH, made_from=MADE[0], made_to=MADE[1])
    counts = (by_status, by_strength, by_month)
    return {
        "lot number": partial(batches_beginning, ask, SITE, history.a_lot_number()),
        "strength and dates, page of 50": history.page(dated),
        SOON_PAGE: partial(expiring_batches, ask, SITE, LAST_DAY),
        NEXT: partial(expiring_batches, ask, SITE, LAST_DAY, 364),
        "first page": history.page(BatchFilter()),
        **{name: partial(count, ask, SITE, *QUARTER) for name, count in zip(COUNTS, counts, strict=True)},
        **{name: partial(count, ask, SITE, *counted) for name, count in zip(GROWING, counts, strict=True)},
        "reprint": partial(papers.find, ask, SITE, PAPER, "worksheet"),
        "deepest page": history.page(BatchFilter(), after=history.one(OLDEST)),
        "how many of a strength": partial(count_text, ask, SITE, BatchFilter(strength=ONE_STRENGTH)),
        **{f"recall of a lot in {batches:,} batches": history.recall(batches) for batches in RECALLED},
        **{f"words: {words}": history.page(BatchFilter(words=words)) for words in WORDS},
    }


def by_hand(history: History) -> dict[str, Work]:
    """The same questions as the driver takes them."""
    made = (batch_id_of(MADE[0], 0), batch_id_of(MADE[1], BATCHES_A_DAY - 1))
    days, ask = tuple(day.isoformat() for day in QUARTER), history.by_hand
    dated = "AND strength_ng = 1500000 AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT 51"
    soon = f"AND beyond_use_date BETWEEN ? AND ? AND status NOT IN {GIVEN_UP} AND {NOT_EMPTY} {SOONEST}"
    questions = {
        "lot number": ask(f"{PAGE} AND lot_number = ? UNION ALL {PAST}", *[history.a_lot_number()] * 2),
        "strength and dates, page of 50": ask(f"{PAGE} {dated}", *made),
        SOON_PAGE: ask(f"{PAGE} {soon}", *SOON),
        "first page": ask(f"{PAGE} ORDER BY id DESC LIMIT 51"),
        "three months by status": ask(f"SELECT status, {COUNT}", *days),
        "three months by strength": ask(f"SELECT strength_ng, {COUNT}", *days),
        "three months by month": ask(f"SELECT substr(CAST(compounded_on AS text), 1, 7), {COUNT}", *days),
        "reprint": ask("SELECT pdf FROM issued_papers WHERE document_sha256 = ? AND site = 'A'", PAPER),
    }
    return {name + BY_HAND: work for name, work in questions.items()}


def against_bare(took: Mapping[str, list[float]]) -> Iterator[Row]:
    """Each question against the same by hand."""
    for name in (*SEARCHES, *COUNTS, "reprint"):
        yield Row(
            figure=name,
            measured=middle(took[name]),
            floor="the bare SQL",
            floor_measured=middle(took[name + BY_HAND]),
            target=Target(seconds=0.005) if name == "reprint" else Target(times=1.7),
        )


def grown(took: Mapping[str, list[float]], took_few: Mapping[str, list[float]]) -> Iterator[Row]:
    """The slowest of each question against the same in a short history."""
    for name in (*(each for each in SEARCHES if each != SOON_PAGE), NEXT, *GROWING):
        yield Row(
            figure=f"{name}, p99",
            measured=slowest(took[name], 99),
            floor=f"with {FEW:,} batches",
            floor_measured=slowest(took_few[name], 99),
            target=Target(times=2),
        )


def against_others(took: Mapping[str, list[float]]) -> Iterator[Row]:
    """What is held against another question, or against the clock."""
    for name, floor, target in (*COMPARED, ("how many of a strength", "first page", None)):
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
