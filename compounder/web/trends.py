"""Trends of capsule weights on the screen: of a formulation, and of a filler lot."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Blueprint, render_template, url_for

from compounder.domain.calendar import format_day
from compounder.domain.units import MASS, format_rounded
from compounder.printing.control_chart import NARROW, means_drawing, spreads_drawing
from compounder.services.trends import Trended, trend_of_filler_lot, trend_of_formulation
from compounder.web.tables import Cell, Row
from compounder.web.workspace import database, site

pages = Blueprint("trends", __name__)
COLUMNS: Final = (
    ("Lot number", "lot"),
    ("No.", "number"),
    ("Compounded on", "date"),
    ("Strength", "strong"),
    ("Mean net", "figure"),
    ("Of theory", "number"),
    ("RSD", "number"),
)


@pages.get("/formulations/<code>/trend")
def of_formulation(code: str) -> str:
    """How the capsules of a formulation's last batches weighed."""
    with database().reading() as reading:
        found = trend_of_formulation(reading, site(), code)
    return render_template(
        "trends/show.html",
        active="formulations",
        kicker="Master formulation record",
        number=code,
        of_what=found.name,
        back=url_for("formulations.show", code=code),
        **_page(found),
    )


@pages.get("/lots/<lot_id>/trend")
def of_filler_lot(lot_id: str) -> str:
    """How the capsules weighed that a lot filled up."""
    with database().reading() as reading:
        found = trend_of_filler_lot(reading, site(), lot_id)
    return render_template(
        "trends/show.html",
        active="lots",
        kicker="Filler lot",
        number=found.lot.lot_number,
        of_what=f"{found.lot.substance.name.capitalize()} {found.lot.grade}".strip(),
        back=url_for("lots.show", lot_id=lot_id),
        **_page(found),
    )


def _page(found: Trended) -> Mapping[str, Any]:
    charted = found.trend
    return {
        "charts": [means_drawing(charted, NARROW), spreads_drawing(charted, found.limits, NARROW)] if charted else [],
        "columns": COLUMNS,
        "rows": list(_rows(found)),
    }


def _rows(found: Trended) -> Iterator[Row]:
    """Each batch, the newest first; the charts number them from the oldest."""
    for number, batch in zip(range(len(found.batches), 0, -1), found.batches, strict=True):
        weights = batch.weights
        yield (
            Cell(text=weights.lot_number, href=url_for("batches.show", lot_number=weights.lot_number)),
            str(number),
            format_day(weights.compounded_on),
            batch.strength,
            format_rounded(batch.mean_net, MASS),
            f"{100 * weights.mean:.1f} %",
            f"{100 * weights.relative_standard_deviation:.2f} %",
        )
