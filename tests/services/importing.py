"""Files of lots and past batches as pharmacies export them, looked at and taken in on 21 November 2026."""

from collections.abc import Sequence
from contextlib import closing

from compounder.codec.sheets import Problem
from compounder.database.engine import Connection, open_database
from compounder.database.search import batches_beginning
from compounder.services.importing import Looked, TakenIn, TakingIn, look_at, take_in
from compounder.services.past_batches import withdraw_past_batch
from compounder.settings import Settings
from tests.services.orders import ANNA, DAY, MORNING, SITE

LOTS = """substance,maker,lot_number,received_on,expires_on,quantity,cas_number,assay_percent,assay_basis,water_percent
naltrexone hydrochloride,Hillcrest,NTX-2602,2026-11-20,2029-06,25 g,16676-29-2,99.4,anhydrous,1.2
microcrystalline cellulose,Crème & Søn,MCC-140,2026-11-20,2029-01-31,5 kg,,,,
"""
BATCHES = """lot_number,formulation,strength,capsules,made_on,beyond_use_date,ingredient_lots,reference
N-2024-117,Naltrexone HCl capsules,1.5 mg,100,2024-05-17,2025-05-16,Hillcrest: NTX-2411 | OLD-9,Folder 3 sheet 17
N-2024-118,Naltrexone HCl capsules,4.5 mg,60,2024-05-17,2025-05-16,,Folder 3 sheet 18
"""


def looked(connection: Connection, text: str, what: TakenIn = TakenIn.LOTS) -> Looked:
    """What a file says."""
    return look_at(connection, SITE, what, text.encode(), today=DAY)


def problems(connection: Connection, text: str, what: TakenIn = TakenIn.LOTS) -> Sequence[Problem]:
    return looked(connection, text, what).problems


def taken_in(connection: Connection, text: str, what: TakenIn = TakenIn.LOTS, key: str = "first") -> int:
    """How many rows are stored of a file that was looked at."""
    shown = looked(connection, text, what).sha256
    return take_in(connection, taking(text, shown, what, key))


def taking(text: str, shown: str, what: TakenIn = TakenIn.LOTS, key: str = "first") -> TakingIn:
    return TakingIn(
        site=SITE,
        what=what,
        content=text.encode(),
        shown_sha256=shown,
        one_time_key=key,
        today=DAY,
        actor=ANNA,
        at=MORNING,
    )


def withdraw(connection: Connection, past_batch_id: str) -> None:
    withdraw_past_batch(connection, SITE, past_batch_id, reason="Strength read wrongly", actor=ANNA, at=MORNING)


def taken_in_there(where: Settings) -> None:
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        taken_in(writing, LOTS)
        taken_in(writing, BATCHES.replace("OLD-9", "MCC-140"), TakenIn.BATCHES)
        (row,) = batches_beginning(writing, SITE, "N-2024-118")
        withdraw(writing, str(row.batch_id))
