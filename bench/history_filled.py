"""A history to measure: so many batches in a new SQLite file, made up but shaped like a pharmacy's ten years."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from random import Random

from compounder import clock
from compounder.database.types import batch_id_of
from compounder.database.words import words_of
from compounder.services.workspace import open_workspace
from compounder.settings import Settings

SITE = "A"
LAST_DAY = date(2026, 11, 21)
DAYS = 3650
STRENGTHS = ("0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "0.75", "2.25", "5", "6", "0.1")
CODES = ("NTX-CAPS", "NTX-CAPS-MANNITOL", "NTX-BASE", "NTX-SLOW", "NTX-TRIAL")
SHARES = (80, 10, 5, 3, 2)
PREPARATION = "Naltrexone hydrochloride capsules"
FIRST = ("Anna", "Béla", "Chloé", "Dörte", "Erik", "Fátima", "Gül", "Håkon", "Ines", "Jürgen")
LAST = ("Müller", "Okafor", "Nguyen", "Søndergaard", "Smith", "García", "Ivanova", "O'Brien")
MAKERS = ("Hillcrest", "Crème & Søn", "Meyer Feinchemie", "Pacific Powders", "Sigma Compounding", "Old Mill")
LOTS_EACH = 250
RECALLED = (50, 800, 5_000)
"""The last lots are in just so many batches."""
PAPER = "the hash of a worksheet"
AT_ONCE = 20_000
QUICKLY = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF")
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
Columns = tuple[object, ...]


@dataclass(frozen=True)
class Lot:
    """An ingredient lot that batches are made from."""

    number: int
    name: str
    maker: str


@dataclass(frozen=True)
class Batch:
    """A batch's row, the rows of what is in it, and the texts whose words find it."""

    number: int
    columns: Columns
    ingredients: list[Columns]
    texts: tuple[str, ...]


def filled(folder: Path, batches: int) -> Path:
    """A new database with so many batches, and a few ingredient lots whose number of batches is known."""
    path = folder / f"history-{batches}.db"
    start(folder, path)
    lots = [Lot(number, f"L-{number:05d}", MAKERS[number % len(MAKERS)]) for number in range(1, batches // 250 + 44)]
    at = "2026-11-21 09:30:00.000000"
    with closing(sqlite3.connect(path)) as connection:
        for setting in QUICKLY:
            connection.execute(f"PRAGMA {setting}")
        insert(connection, "issued_papers", [(SITE, PAPER, "worksheet", bytes(60_000), at)])
        insert(connection, "ingredient_lots", (lot_row(lot) for lot in lots))
        fill(connection, made_up(batches, lots))
        connection.commit()
    return path


def start(folder: Path, path: Path) -> None:
    """A new database with a site in it, whose journal has the entries that everything filled in belongs to."""
    where = Settings(home=folder, database_url=f"sqlite:///{path}", keys=folder, site=SITE, hosts=())
    open_workspace(where, at=clock.now()).close()


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Columns]) -> None:
    """Put the rows into the table, all of its columns in order."""
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)


def fill(connection: sqlite3.Connection, batches: Iterator[Batch]) -> None:
    """Put the batches in: the words last, each with all of its batches, and the indexes after everything else."""
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    places: defaultdict[str, list[int]] = defaultdict(list)
    while some := list(islice(batches, AT_ONCE)):
        insert(connection, "batches", (batch.columns for batch in some))
        insert(connection, "batch_ingredients", (row for batch in some for row in batch.ingredients))
        for batch in some:
            for word in frozenset().union(*map(words_in, batch.texts)):
                places[word].append(batch.number)
    spell(connection, places)
    for _, index in indexes:
        connection.execute(index)


@cache
def words_in(text: str) -> frozenset[str]:
    """The words of one text; there are few different texts."""
    return words_of([text])


def spell(connection: sqlite3.Connection, places: Mapping[str, list[int]]) -> None:
    """Put the words in, in the order of their table."""
    spelling = "INSERT INTO words SELECT ?, 'batch', ?, value FROM json_each(?)"
    for word in sorted(places):
        connection.execute(spelling, (SITE, word, json.dumps(places[word])))


def lot_row(lot: Lot) -> Columns:
    """A lot of the table, with a kilogram on hand."""
    named = (lot.number, SITE, "naltrexone hydrochloride", lot.name, lot.maker, "")
    return (*named, "2026-01-01", "2028-06-30", "in-use", 10**12, 0, "{}", 1)


def made_up(batches: int, lots: list[Lot]) -> Iterator[Batch]:
    """The batches, oldest first, the same every time."""
    chance = Random(20261122)
    common, recalled = lots[: -len(RECALLED)], lots[-len(RECALLED) :]
    special = {
        index * batches // count + offset: lot
        for offset, (count, lot) in enumerate(zip(RECALLED, recalled, strict=True))
        for index in range(min(count, batches))
    }
    number, today = 0, date.min
    for index in range(batches):
        day = LAST_DAY - timedelta(days=DAYS - 1 - index * DAYS // batches)
        number, today = (number + 1 if day == today else 1), day
        used = [common[index // LOTS_EACH % len(common)], special.get(index) or chance.choice(common[:40])]
        yield a_batch(chance, day, number, used)


def a_batch(chance: Random, day: date, number: int, used: list[Lot]) -> Batch:
    """One batch of the day."""
    batch_id, strength, code = first_id(day) + number, chance.choice(STRENGTHS), chance.choices(CODES, SHARES)[0]
    beyond_use = day + timedelta(days=364 if chance.random() < 0.9 else chance.randrange(60, 364))
    person = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    spelled = day.isoformat()
    begins = spelled[2:].replace("-", "")
    named = (batch_id, SITE, 1, f"{begins[:4]}-{number // 3:04d}", f"{begins}A{number:04d}", PREPARATION, code, 1)
    content = (int(Decimal(strength) * 10**6), f"{strength} mg", chance.randrange(30, 400))
    days = (spelled, beyond_use.isoformat(), "voided" if chance.random() < 0.02 else "planned")
    return Batch(
        number=batch_id,
        columns=(*named, *content, *days, "", 1, 1),
        ingredients=sorted({(batch_id, lot.number, SITE, 158_300_000) for lot in used}),
        texts=(PREPARATION, code, "microcrystalline cellulose", person, *(f"{lot.name} {lot.maker}" for lot in used)),
    )


@lru_cache(maxsize=1)
def first_id(day: date) -> int:
    """The number before the day's first batch."""
    return batch_id_of(day, 0)
