"""The page of a trace, in finished strings: where it begins, both trees, and the tables that leave nothing out."""

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.trace import OriginKind, Totals, TracedBatch, TracedBottle
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import format_stock
from compounder.services.tracing import PAGE, MadeBefore, Trace
from compounder.web.tables import TONES, Cell, Row
from compounder.web.trace_drawing import drawn
from compounder.web.trace_words import Names, of_number, told, who

BATCH_COLUMNS: Final = (
    ("Batch", "lot"),
    ("Strength", "strong"),
    ("Compounded on", "date"),
    ("Beyond-use date", "date"),
    ("Of it in this batch", "number"),
    ("Capsules", "number"),
    ("On the shelf", "number"),
    ("Status", "status"),
)
BOTTLE_COLUMNS: Final = (
    ("Bottle", "lot"),
    ("Patient", "strong"),
    ("Batch", "figure"),
    ("Strength", "strong"),
    ("Capsules", "number"),
    ("Came back", "number"),
    ("Dispensed on", "date"),
    ("Prescription", "quiet"),
)


MADE_BEFORE_COLUMNS: Final = (
    ("Past batch", "lot"),
    ("Strength", "strong"),
    ("Compounded on", "date"),
    ("Beyond-use date", "date"),
    ("Capsules", "number"),
    ("Its record names", "told"),
)


def trace_page(trace: Trace) -> Mapping[str, Any]:
    """Everything the page of a trace shows."""
    reaches = sentence(trace.totals, trace.origin.kind)
    return {
        "origin": trace.origin,
        "heading": heading(trace),
        "reaches": f"{reaches} {_before(trace)}".strip(),
        "back": drawn(trace.back, trace.names, f"Where {heading(trace)} came from, as a tree"),
        "forth": drawn(trace.forth, trace.names, f"Where {heading(trace)} went, as a tree: {reaches}"),
        "batch_columns": BATCH_COLUMNS,
        "batches": [_batch(batch) for batch in trace.batches[:PAGE]],
        "older_batches": _older_batches(trace),
        "made_before_columns": MADE_BEFORE_COLUMNS,
        "made_before": list(map(_made_before, trace.made_before)),
        "bottle_columns": BOTTLE_COLUMNS,
        "bottles": [_bottle(bottle, trace.names) for bottle in trace.bottles[:PAGE]],
        "older_bottles": _older_bottles(trace),
    }


def heading(trace: Trace) -> str:
    """`Lot NTX-2411`, `Batch 261121A0078`."""
    if trace.found is None:
        return f"Bottle {trace.origin.name}"
    words = told(trace.found, {})
    return f"{words.what} {words.name}"


def sentence(totals: Totals, kind: OriginKind) -> str:
    """How far it reaches, in one sentence."""
    counts = {"triturations": totals.triturations} if totals.triturations else {}
    shown = {} if kind in (OriginKind.BATCH, OriginKind.BOTTLE) else {**counts, "batches": totals.batches}
    shown |= {"bottles": totals.bottles, "patients": totals.patients}
    *most, last = (f"{count:,} {of_number(what, count)}" for what, count in shown.items())
    went = (
        f"It went into {', '.join(most)} and reached {last}" if kind is not OriginKind.BOTTLE else f"It reached {last}"
    )
    capsules = f"{totals.out:,} capsules dispensed, {totals.back:,} came back"
    here = f", {totals.on_shelf:,} are on the shelf" if kind is not OriginKind.BOTTLE else ""
    return f"{went}. {capsules}{here}."


def _before(trace: Trace) -> str:
    """That records of past batches name it too."""
    count = len(trace.made_before)
    names = "names" if count == 1 else "name"
    return f"{count:,} past {of_number('batches', count)} {names} it too." if count else ""


def _made_before(batch: MadeBefore) -> Row:
    return (
        Cell(text=batch.lot_number, href=url_for("imports.past_batch", past_batch_id=batch.past_batch_id)),
        batch.strength,
        format_day(batch.made_on),
        format_day(batch.beyond_use_date),
        f"{batch.capsules:,}",
        batch.named,
    )


def _batch(batch: TracedBatch) -> Row:
    return (
        Cell(text=batch.lot_number, href=url_for("batches.show", lot_number=batch.lot_number)),
        batch.strength,
        format_day(batch.compounded_on),
        format_day(batch.beyond_use_date),
        format_stock(batch.mass) if batch.mass is not None else "",
        f"{batch.capsules:,}",
        "" if batch.on_shelf is None else f"{batch.on_shelf:,}",
        Cell(text=batch.status, tone=TONES[BatchStatus(batch.status)]),
    )


def _bottle(bottle: TracedBottle, names: Names) -> Row:
    return (
        Cell(text=bottle.number, href=url_for("dispensing.bottle", number=bottle.number)),
        Cell(text=who(bottle, names), href=url_for("patients.show", identifier=bottle.patient)),
        Cell(text=bottle.lot_number, href=url_for("batches.show", lot_number=bottle.lot_number)),
        bottle.strength,
        f"{bottle.capsules:,}",
        f"{bottle.returned:,}",
        format_day(bottle.dispensed_on),
        Cell(text=bottle.prescription, href=url_for("prescriptions.show", number=bottle.prescription)),
    )


def _older_batches(trace: Trace) -> str | None:
    """The next page of the batches; None where there is no more."""
    if len(trace.batches) <= PAGE:
        return None
    kind, name = trace.origin.kind.value, trace.origin.name
    after = trace.batches[PAGE - 1].batch_id
    return url_for("tracing.show", kind=kind, name=name, after_batch=after, _anchor="batches")


def _older_bottles(trace: Trace) -> str | None:
    if len(trace.bottles) <= PAGE:
        return None
    kind, name, last = trace.origin.kind.value, trace.origin.name, trace.bottles[PAGE - 1]
    after = f"{last.batch_id}-{last.bottle_id}"
    return url_for("tracing.show", kind=kind, name=name, after_bottle=after, _anchor="bottles")
