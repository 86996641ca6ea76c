"""What a recall costs: from an ingredient lot in 5,000 batches to 20,000 bottles and every patient who has one.

`traced` measures any database and lot. The floors are the same questions written by hand, sent through the bare driver.
Processor time, as the history's.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from time import thread_time

from sqlalchemy import make_url

from bench.history_filled import RECALLED, SITE
from bench.table import Row, Target, Work, interleaved, middle
from compounder.database import tracing
from compounder.database.engine import Connection, open_database
from compounder.domain.care.trace import Origin, OriginKind
from compounder.domain.people.person import Role
from compounder.services.tracing import begun, every_exposure, trace

ROUNDS = 5
EVERY_PATIENT = "every patient of it"
WHOLE_TRACE = "the page of its trace"
EVERY_LINE = "every line of its table, with names"
THE_LOT = "SELECT id FROM ingredient_lots WHERE lot_number = ?"
PATIENTS_BY_HAND = """
    SELECT p.id, p.identifier, count(DISTINCT m.bottle_id), sum(-m.capsules)
    FROM batch_ingredients i
    JOIN capsule_movements m ON m.batch_id = i.batch_id AND m.kind = 'dispensed'
    JOIN bottles b ON b.id = m.bottle_id
    JOIN prescriptions r ON r.id = b.prescription_id
    JOIN patients p ON p.id = r.patient_id
    WHERE i.ingredient_lot_id = ? GROUP BY p.id, p.identifier"""


def recalled(url: str) -> Iterator[Row]:
    """The figures of the lot that is in 5,000 batches of a filled history, and in four bottles of each."""
    path = make_url(url).database or ""
    with closing(sqlite3.connect(path)) as bare, closing(open_database(url)) as database, database.reading() as reading:
        lot = str(bare.execute(THE_LOT, (f"RECALL-{RECALLED[-1]}",)).fetchone()[0])
        yield from traced(reading, SITE, lot, partial(patients_by_hand, bare, lot))


def patients_by_hand(bare: sqlite3.Connection, lot: str) -> list[object]:
    """The bare question."""
    return bare.execute(PATIENTS_BY_HAND, (lot,)).fetchall()


def traced(connection: Connection, site: str, lot: str, by_hand: Work) -> Iterator[Row]:
    """What this lot costs in this database; `by_hand` asks for its patients without the program."""
    origin = Origin(kind=OriginKind.LOT, name=lot)
    _, start, _ = begun(connection, site, origin)
    totals = tracing.totals(connection, start)
    reach = f"{totals.batches:,} batches, {totals.bottles:,} bottles"
    works: dict[str, Work] = {
        "": by_hand,
        EVERY_PATIENT: partial(tracing.patients, connection, start),
        WHOLE_TRACE: partial(trace, connection, site, origin, Role.PHARMACIST),
        EVERY_LINE: lambda: list(every_exposure(connection, site, origin, Role.PHARMACIST)),
    }
    took = interleaved(works, ROUNDS, thread_time)
    for name, seconds in ((EVERY_PATIENT, 1.0), (WHOLE_TRACE, 1.0), (EVERY_LINE, None)):
        yield Row(
            figure=name,
            measured=middle(took[name]),
            floor=f"the bare SQL: {reach}",
            floor_measured=middle(took[""]),
            target=Target(seconds=seconds) if seconds else None,
        )
