"""The first page: what expires within 30 days, and what was made last."""

from flask import Blueprint, render_template

from compounder.database.search import BatchFilter, expiring_batches, search_batches
from compounder.domain.calendar import format_day
from compounder.web.tables import BATCH_COLUMNS, batch_cells
from compounder.web.workspace import database, site, today

pages = Blueprint("front", __name__)
DAYS = 30
NEWEST = 10


@pages.get("/")
def index() -> str:
    """Today's page."""
    day = today()
    with database().reading() as reading:
        expiring = expiring_batches(reading, site(), day, DAYS)
        newest = search_batches(reading, site(), BatchFilter(), limit=NEWEST)
    return render_template(
        "front/index.html",
        today=format_day(day),
        columns=BATCH_COLUMNS,
        expiring=[batch_cells(row) for row in expiring],
        recent=[batch_cells(row) for row in newest.rows],
    )
