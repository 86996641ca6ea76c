"""What was corrected of a lot, and what was planned with the old figures, in finished strings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.stock.amendments import FieldChange
from compounder.domain.stock.lots import AssayBasis
from compounder.services.lot_corrections import LotCorrection, PlannedFrom
from compounder.services.lots import LotFile
from compounder.web.lot_forms import BASES
from compounder.web.tables import Cell

FIELDS: Final[Mapping[str, str]] = {
    "maker": "maker",
    "grade": "grade",
    "lot_number": "maker's lot number",
    "expires_on": "expiry date",
    "certificate_number": "certificate number",
    "cas_number": "CAS number",
    "assay": "assay",
    "assay_basis": "basis of the assay",
    "assay_expressed_as": "what the assay is expressed as",
    "water": "water",
    "loss_on_drying": "loss on drying",
    "residual_solvent": "residual solvent",
}
MOST_NAMED, MOST_SAID = 12, 3


def correction_rows(corrections: Sequence[LotCorrection], zone: ZoneInfo) -> list[Mapping[str, str]]:
    """What was corrected, the newest first: what, old, new, why, who and when."""
    return [
        {**_change(change), "why": each.reason, "who": _who(each), "when": _when(each, zone)}
        for each in reversed(corrections)
        for change in each.changes
    ]


def _change(change: FieldChange) -> Mapping[str, str]:
    what = FIELDS[change.field]
    return {
        "what": what[0].upper() + what[1:],
        "old": _said(change.field, change.old),
        "new": _said(change.field, change.new),
    }


def _said(field: str, kept: str) -> str:
    if field == "expires_on":
        return format_day(date.fromisoformat(kept))
    return BASES[AssayBasis(kept)] if field == "assay_basis" else kept or "nothing"


def _who(correction: LotCorrection) -> str:
    actor = correction.actor
    return actor.name if actor.is_authenticated else f"{actor.name} (typed name)"


def _when(correction: LotCorrection, zone: ZoneInfo) -> str:
    local = correction.at.astimezone(zone)
    return f"{format_day(local.date())} {local:%H:%M}"


def planned_lines(planned: PlannedFrom) -> list[Mapping[str, Any]]:
    """What was planned, as lines of links; `more` are those that a long line leaves out."""
    kinds = (
        ("Batches", planned.batches, "batches.show"),
        ("Triturations to be made", planned.triturations, "triturations.show"),
        ("Triturations made, still to be weighed from", planned.made, "triturations.show"),
    )
    return [
        {"label": label, "links": [*_links(numbers, page)], "more": max(0, len(numbers) - MOST_NAMED)}
        for label, numbers, page in kinds
        if numbers
    ]


def _links(numbers: Iterable[str], page: str) -> Iterator[Cell]:
    for number in tuple(numbers)[:MOST_NAMED]:
        yield Cell(text=number, href=url_for(page, lot_number=number))


def corrected(changes: Sequence[FieldChange], file: LotFile) -> str:
    """What was corrected, and what was planned with the old figures, in two sentences at most."""
    said = f"The lot is corrected: {', '.join(FIELDS[change.field] for change in changes)}."
    planned = (*file.outdated.batches, *file.outdated.triturations, *file.outdated.made)
    if not planned or not any(change.changes_plans for change in changes):
        return said
    named = ", ".join(planned[:MOST_SAID]) + (f" and {len(planned) - MOST_SAID} more" if planned[MOST_SAID:] else "")
    return f"{said} Planned with the old figures: {named}. Void or reject them and order again."
