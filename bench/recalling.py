"""What a recall costs: from an ingredient lot in 5,000 batches to 20,000 bottles and every patient who has one.

`python -m bench recalling [batches]` fills a history and puts bottles into it; `traced` measures any database and lot.
The floors are the same questions written by hand, sent through the bare driver. Processor time, as the history's.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from time import thread_time

from bench.history_filled import QUICKLY, RECALLED, SITE, filled, insert
from bench.table import Row, Target, Work, interleaved, middle
from compounder.database import tracing
from compounder.database.engine import Connection, open_database
from compounder.domain.care.trace import Origin, OriginKind
from compounder.domain.people.person import Role
from compounder.services.tracing import begun, every_exposure, trace

ROUNDS = 5
BOTTLES_EACH = 4
CAPSULES = 10
IN_BATCHES = RECALLED[-1]
EVERY_PATIENT = "every patient of it"
WHOLE_TRACE = "the page of its trace"
EVERY_LINE = "every line of its table, with names"
PATIENTS_BY_HAND = """
    SELECT p.id, p.identifier, count(DISTINCT m.bottle_id), sum(-m.capsules)
    FROM batch_ingredients i
    JOIN capsule_movements m ON m.batch_id = i.batch_id AND m.kind = 'dispensed'
    JOIN bottles b ON b.id = m.bottle_id
    JOIN prescriptions r ON r.id = b.prescription_id
    JOIN patients p ON p.id = r.patient_id
    WHERE i.ingredient_lot_id = ? GROUP BY p.id, p.identifier"""


def rows(batches: int = 1_000_000) -> Iterator[Row]:
    """The figures of a lot in 5,000 batches and 20,000 bottles, of a history as long as is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        path = filled(Path(folder), batches)
        with closing(sqlite3.connect(path)) as bare:
            lot = str(bare.execute("SELECT max(id) FROM ingredient_lots").fetchone()[0])
            dispense(bare, lot)
            by_hand = partial(patients_by_hand, bare, lot)
            database = open_database(f"sqlite:///{path}")
            with database.reading() as reading:
                yield from traced(reading, SITE, lot, by_hand)
            database.close()


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


def dispense(bare: sqlite3.Connection, lot: str) -> None:
    """Four bottles of each batch of the lot, each for one of five thousand patients, as if released and dispensed."""
    for setting in QUICKLY:
        bare.execute(f"PRAGMA {setting}")
    found = bare.execute(
        "SELECT b.id, b.formulation_code, b.strength_ng, b.strength, b.beyond_use_date, b.compounded_on "
        "FROM batch_ingredients i JOIN batches b ON b.id = i.batch_id WHERE i.ingredient_lot_id = ? ORDER BY b.id",
        (lot,),
    ).fetchall()
    people = range(1, len(found) + 1)
    insert(
        bare,
        "patients",
        ((n, SITE, f"P{n:011d}", f"Nobody {n}", f" nobody {n}", "1980-01-01", *[""] * 4, None, 1) for n in people),
    )
    insert(
        bare,
        "prescriptions",
        ((n, SITE, f"RX{n:06d}", n, "NTX-CAPS", "2026-01-01", "open", "{}", "", 1) for n in people),
    )
    insert(bare, "capsule_stock", ((batch, SITE, code, ng, until, 0) for batch, code, ng, _, until, _ in found))
    bottles, moved = [], []
    for place, (batch, _, ng, strength, until, day) in enumerate(found):
        for number in range(place * BOTTLES_EACH + 1, (place + 1) * BOTTLES_EACH + 1):
            patient = number * 7919 % len(found) + 1
            bottles.append((number, SITE, f"BA{number:07d}X", patient, ng, strength, CAPSULES, day, until, 1))
            moved.append((number, SITE, batch, number, "dispensed", -CAPSULES, "", 1))
    insert(bare, "bottles", bottles)
    insert(bare, "capsule_movements", moved)
    bare.commit()
