"""Lots of a bench: received, and looked at."""

from typing import Any

from compounder.codec.converter import read
from compounder.domain.stock.lots import IngredientLot
from compounder.services.lots import (
    LotFile,
    lot_file,
    receive_lot,
)
from tests.services.orders import (
    ANNA,
    HYDROCHLORIDE,
    MORNING,
    SITE,
    Bench,
)


def receive(bench: Bench, key: str = "first", **changes: Any) -> str:
    """The id of a lot of the drug that Anna received."""
    lot = read({**HYDROCHLORIDE, "lot_number": "NTX-NEW", **changes}, IngredientLot)
    with bench.database.writing() as writing:
        return receive_lot(writing, SITE, lot, one_time_key=key, actor=ANNA, at=MORNING)


def file_of(bench: Bench, lot_id: str) -> LotFile:
    with bench.database.reading() as reading:
        return lot_file(reading, SITE, lot_id)
