"""Batches of a bench after they were stored: their lot numbers, their files, and one given up."""

from datetime import datetime, timedelta

from compounder.database.search import batches_of_order
from compounder.services.batches import BatchFile, batch_file, void_batch
from tests.services.orders import ANNA, MORNING, SITE, Bench
from tests.services.signing import signing_as


def lot_numbers(bench: Bench, order_number: str) -> list[str]:
    """Our lot numbers of an order's batches."""
    with bench.database.reading() as reading:
        return [row.lot_number for row in batches_of_order(reading, SITE, order_number)]


def file_of(bench: Bench, lot_number: str) -> BatchFile:
    """Everything kept of one batch."""
    with bench.database.reading() as reading:
        return batch_file(reading, SITE, lot_number)


def void(bench: Bench, lot_number: str, reason: str = "Spilled", at: datetime = MORNING + timedelta(hours=1)) -> None:
    """Anna gives the batch up, an hour after it was stored."""
    with bench.database.writing() as writing:
        void_batch(writing, lot_number, signing_as(ANNA.name, at), reason=reason)
