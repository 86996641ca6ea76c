"""The filters of the history: how they are read, and the sentence that says what is shown."""

from collections.abc import Iterator, Sequence
from typing import Any

from wtforms import Form

from compounder.database.search import BatchFilter
from compounder.domain.calendar import format_day, parse_day
from compounder.domain.record.past_batch import PastStatus
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import format_dose
from compounder.web.fields import ChoiceField, ReadField, sought
from compounder.web.readers import read_per_capsule, sought_by_lot

STATUSES = [("", "any"), *((status.value, status.value) for status in (*BatchStatus, *PastStatus))]


class HistoryForm(Form):
    """What the history may be asked; every field may stay empty."""

    lot_number = ReadField("Lot number", sought_by_lot, is_optional=True)
    words = ReadField("Words", sought, is_optional=True)
    strength = ReadField("Strength", read_per_capsule, is_optional=True)
    status = ChoiceField("Status", STATUSES)
    formulation = ChoiceField("Formulation")
    ingredient_lot = ReadField("Ingredient lot", sought_by_lot, is_optional=True)
    made_from = ReadField("Compounded from", parse_day, is_optional=True)
    made_to = ReadField("Compounded to", parse_day, is_optional=True)
    beyond_use_from = ReadField("BUD from", parse_day, is_optional=True)
    beyond_use_to = ReadField("BUD to", parse_day, is_optional=True)

    def offer(self, formulations: Sequence[tuple[str, str]]) -> None:
        """The formulations to choose from: code and name."""
        self.formulation.offer([("", "any"), *formulations])
        self.formulation.data = self.formulation.data or ""
        self.status.data = self.status.data or ""

    def filter(self) -> BatchFilter:
        """What is asked, once the form is valid."""
        return BatchFilter(
            lot_number=(self.lot_number.value or "").upper(),
            strength=self.strength.value,
            formulation=self.formulation.data,
            ingredient_lot=self.ingredient_lot.value or "",
            made_from=self.made_from.value,
            made_to=self.made_to.value,
            beyond_use_from=self.beyond_use_from.value,
            beyond_use_to=self.beyond_use_to.value,
            status=BatchStatus(self.status.data) if self.status.data in set(BatchStatus) else None,
            words=self.words.value or "",
            past=PastStatus(self.status.data) if self.status.data in set(PastStatus) else None,
        )


def sentence(asked: BatchFilter, count: str) -> str:
    """What is shown: `1.5 mg, compounded from 1 Sep 2026, newest first: 214 batches`."""
    said = ", ".join([*_said(asked), "newest first"])
    return f"{said[0].upper()}{said[1:]}: {count}"


def _said(asked: BatchFilter) -> Iterator[str]:
    if asked.lot_number:
        yield f"lot number {asked.lot_number}"
    if asked.words:
        yield f"“{asked.words}”"
    if asked.strength is not None:
        yield format_dose(asked.strength)
    for text in (asked.formulation, asked.status, asked.past):
        if text:
            yield str(text)
    if asked.ingredient_lot:
        yield f"with ingredient lot {asked.ingredient_lot}"
    yield from _days("compounded", asked.made_from, asked.made_to)
    yield from _days("beyond-use date", asked.beyond_use_from, asked.beyond_use_to)


def _days(what: str, first: Any, last: Any) -> Iterator[str]:
    if first:
        yield f"{what} from {format_day(first)}"
    if last:
        yield f"{what} to {format_day(last)}"
