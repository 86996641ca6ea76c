"""A history to measure: so many batches in a new SQLite file, made up but shaped like a pharmacy's ten years."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

from compounder.database.engine import upgrade
from compounder.database.types import batch_id_of
from compounder.database.words import words_of

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
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Lot:
    """An ingredient lot that batches are made from."""

    number: int
    name: str
    maker: str


def filled(folder: Path, batches: int) -> Path:
    """A new database with so many batches, and a few ingredient lots whose number of batches is known."""
    path = folder / f"history-{batches}.db"
    upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {setting}")
    lots = [Lot(number, f"L-{number:05d}", MAKERS[number % len(MAKERS)]) for number in range(1, batches // 250 + 44)]
    insert(connection, "journal", [(1, "2026-11-21 09:30:00.000000", "bench", 0, SITE, "", "order-stored", "{}", "")])
    insert(connection, "issued_papers", [(SITE, PAPER, "worksheet", bytes(60_000), "2026-11-21 09:30:00.000000")])
    insert(connection, "ingredient_lots", (lot_row(lot) for lot in lots))
    rows = made_up(batches, lots)
    while some := list(islice(rows, 20_000)):
        for table in some[0]:
            insert(connection, table, (row for each in some for row in each[table]))
    connection.commit()
    connection.close()
    return path


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Put the rows into the table, all of its columns in order."""
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)


def lot_row(lot: Lot) -> tuple[object, ...]:
    """A lot of the table, with a kilogram on hand."""
    named = (lot.number, SITE, "naltrexone hydrochloride", lot.name, lot.maker, "")
    return (*named, "2026-01-01", "2028-06-30", "in-use", 10**12, 0, "{}", 1)


def made_up(batches: int, lots: list[Lot]) -> Iterator[Rows]:
    """The rows of each batch, oldest first, the same every time."""
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
        yield batch(chance, day, number, used)


def batch(chance: Random, day: date, number: int, used: list[Lot]) -> Rows:
    """The rows of one batch."""
    batch_id, strength, code = batch_id_of(day, number), chance.choice(STRENGTHS), chance.choices(CODES, SHARES)[0]
    beyond_use = day + timedelta(days=364 if chance.random() < 0.9 else chance.randrange(60, 364))
    person = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    named = (batch_id, SITE, 1, f"{day:%y%m}-{number // 3:04d}", f"{day:%y%m%d}A{number:04d}", PREPARATION, code, 1)
    content = (int(Decimal(strength) * 10**6), f"{strength} mg", chance.randrange(30, 400))
    days = (day.isoformat(), beyond_use.isoformat(), "voided" if chance.random() < 0.02 else "planned")
    texts = (PREPARATION, code, "microcrystalline cellulose", person, *(f"{lot.name} {lot.maker}" for lot in used))
    return {
        "batches": [(*named, *content, *days, "", 1, 1)],
        "batch_ingredients": sorted({(batch_id, lot.number, SITE, 158_300_000) for lot in used}),
        "words": [(SITE, "batch", word, batch_id) for word in words_of(texts)],
    }
