"""The papers of batches, printed, and what does not stand on them."""

from collections.abc import Sequence

from compounder.printing.paper import SMALL, LabelStock, Paper
from compounder.services.papers import LabelRequest, labels, worksheets
from tests.printing import reading
from tests.services.orders import MORNING, SITE, Bench


def printed(bench: Bench, *numbers: str, paper: Paper = Paper.A4) -> bytes:
    """The worksheets of these batches in one file."""
    return worksheets(bench.database, SITE, numbers, paper, at=MORNING)


def labelled(bench: Bench, *numbers: str, stock: LabelStock = SMALL, copies: int = 1, first_place: int = 1) -> bytes:
    """The labels of these batches in one file."""
    wanted = LabelRequest(lot_numbers=numbers, stock=stock, copies=copies, first_place=first_place)
    return labels(bench.database, SITE, wanted, at=MORNING)


def missing(texts: Sequence[str], pages: Sequence[str]) -> list[str]:
    """The texts that stand on none of the pages."""
    whole = reading.run_together(" ".join(pages))
    return [text for text in texts if reading.run_together(text) not in whole]
