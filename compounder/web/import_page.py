"""What a file may say, and what one says, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from compounder.codec.sheets import Column, Problem
from compounder.domain.calendar import format_day
from compounder.domain.record.past_batch import PastBatchEntered, PastStatus
from compounder.domain.stock.lots import IngredientLot, LotStatus
from compounder.domain.units import format_dose, format_stock, percent_text
from compounder.domain.wording import with_capital
from compounder.services.importing import Looked, TakenIn
from compounder.web.tables import Cell, Row

MOST_SHOWN: Final = 1_000
COLUMN_COLUMNS: Final = (("Column", "figure"), ("It says", "text"), ("Example", "told"), ("", "status"))
PROBLEM_COLUMNS: Final = (("Where", "strong"), ("Column", "figure"), ("Read", "told"), ("What is accepted", "text"))
LOT_COLUMNS: Final = (
    ("Lot number", "lot"),
    ("Substance", "text"),
    ("Maker", "text"),
    ("Quantity", "number"),
    ("Assay", "number"),
    ("Received", "date"),
    ("Expires", "date"),
)
BATCH_COLUMNS: Final = (
    ("Lot number", "lot"),
    ("Strength", "strong"),
    ("Formulation", "text"),
    ("Compounded on", "date"),
    ("Beyond-use date", "date"),
    ("Capsules", "number"),
    ("Ingredient lots", "told"),
    ("Record", "told"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of thing is spoken of: several, one of them, where they go, and the page that shows
    them then, by their status."""

    heading: str
    many: str
    one: str
    told: str
    leads_to: str
    status: str

    def counted(self, number: int) -> str:
        """`1 lot`, `12 lots`."""
        return f"{number:,} {self.one if number == 1 else self.many}"

    def stored(self, number: int) -> str:
        """The sentence once they are stored."""
        return f"{with_capital(self.counted(number))} {'is' if number == 1 else 'are'} stored."


WORDS: Final = {
    TakenIn.LOTS: Words(
        "Ingredient lots",
        "lots",
        "lot",
        "They come into quarantine, as when they are received one by one. Tablets are received by hand.",
        "lots.index",
        LotStatus.QUARANTINED,
    ),
    TakenIn.BATCHES: Words(
        "Past batches",
        "past batches",
        "past batch",
        "Made before, as paper or another system tells it: to be found in the history and by a recall. Nothing is "
        "calculated, and none can be released, labelled or dispensed here.",
        "batches.index",
        PastStatus.PAST,
    ),
}


def column_rows(columns: Sequence[Column]) -> list[Row]:
    """The columns that a file may have, in the order of `COLUMN_COLUMNS`."""
    needed = Cell(text="needed", tone="open")
    return [(each.name, each.says, each.example, needed if each.is_needed else "") for each in columns]


def looked_page(looked: Looked) -> Mapping[str, Any]:
    """What a file says, and what is wrong with it."""
    words = WORDS[looked.what]
    rows = map(_lot, looked.values) if looked.what is TakenIn.LOTS else map(_past_batch, looked.values)
    count = len(looked.problems)
    return {
        "what": looked.what.value,
        "words": words,
        "counted": words.counted(looked.rows),
        "problem_count": "1 problem" if count == 1 else f"{count:,} problems",
        "problem_columns": PROBLEM_COLUMNS,
        "problems": [_problem(each) for each in looked.problems[:MOST_SHOWN]],
        "problems_left": max(0, count - MOST_SHOWN),
        "columns": LOT_COLUMNS if looked.what is TakenIn.LOTS else BATCH_COLUMNS,
        "rows": list(rows),
        "fingerprint": looked.sha256[:16],
    }


def _problem(problem: Problem) -> Row:
    return f"Row {problem.row:,}", problem.column, problem.read or "nothing", problem.said


def _lot(lot: IngredientLot) -> Row:
    return (
        lot.lot_number,
        f"{lot.substance.name} {lot.grade}".strip(),
        lot.maker,
        format_stock(lot.quantity),
        f"{percent_text(lot.certificate.assay)} %" if lot.certificate else "",
        format_day(lot.received_on),
        format_day(lot.expires_on),
    )


def _past_batch(entered: PastBatchEntered) -> Row:
    batch = entered.batch
    return (
        batch.lot_number,
        format_dose(batch.strength),
        batch.formulation,
        format_day(batch.made_on),
        format_day(batch.beyond_use_date),
        f"{batch.capsules:,}",
        "; ".join(_lots(entered)),
        batch.reference,
    )


def _lots(entered: PastBatchEntered) -> Iterator[str]:
    for lot, lot_id in zip(entered.batch.ingredient_lots, entered.lot_ids, strict=True):
        yield f"{lot} (in stock)" if lot_id else str(lot)
