"""The first page: what waits for somebody, what runs out, what comes to its date, what was made; and the whole list of
what comes to its date."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for

from compounder.database.engine import Connection
from compounder.database.search import (
    BatchFilter,
    BatchRow,
    LotRow,
    expiring_batches,
    expiring_lots,
    search_batches,
)
from compounder.domain.calendar import format_day
from compounder.services.capsules_made import year_of_making
from compounder.services.demand import demand
from compounder.services.recall_files import open_recalls
from compounder.services.waiting import waiting
from compounder.web.front_page import (
    ENDING_COLUMNS,
    EXPIRING_COLUMNS,
    WITHIN_COLUMNS,
    balances_part,
    ending_rows,
    expiring_rows,
    missing_part,
    waiting_part,
)
from compounder.web.made_chart import made_chart
from compounder.web.tables import BATCH_COLUMNS, Cell, Row, batch_cells
from compounder.web.workspace import current_site_settings, database, person, site, today

pages = Blueprint("front", __name__)
SPANS: Final = (30, 60, 90)
NEWEST = 5
EACH = 4
MOST_LISTED = 100


@pages.get("/")
def index() -> str:
    """Today's page."""
    day = today()
    with database().reading() as reading:
        queues = waiting(reading, site(), EACH)
        lines = demand(reading, site(), day)
        ending, expiring = _coming(reading, day, SPANS[-1])
        newest = search_batches(reading, site(), BatchFilter(), limit=NEWEST)
        recalls = open_recalls(reading, site())
    return render_template(
        "front/index.html",
        today=format_day(day),
        recalls=recalls,
        **waiting_part(queues, person()),
        **missing_part(lines),
        **_dates(ending[:NEWEST], expiring[:NEWEST], day),
        within_columns=WITHIN_COLUMNS,
        within=[_within(days, ending, expiring, day) for days in SPANS],
        **balances_part(current_site_settings().balances, day),
        made=made_chart(year_of_making(database(), site(), day)),
        columns=BATCH_COLUMNS,
        recent=[batch_cells(row) for row in newest.rows],
    )


@pages.get("/dates")
def dates() -> str:
    """All that comes to its beyond-use date or expiry within so many days."""
    asked = request.args.get("days", type=int)
    days = asked if asked in SPANS else SPANS[0]
    with database().reading() as reading:
        ending, expiring = _coming(reading, today(), days)
    return render_template(
        "front/dates.html",
        days=days,
        spans=SPANS,
        last_day=format_day(today() + timedelta(days=days)),
        batches_said=_count(len(ending)),
        lots_said=_count(len(expiring)),
        **_dates(ending[:MOST_LISTED], expiring[:MOST_LISTED], today()),
    )


def _coming(connection: Connection, day: date, days: int) -> tuple[tuple[BatchRow, ...], tuple[LotRow, ...]]:
    """Batches and lots that come to their dates, one more than is listed."""
    ending = expiring_batches(connection, site(), day, days, limit=MOST_LISTED + 1)
    return ending, expiring_lots(connection, site(), day, days, limit=MOST_LISTED + 1)


def _dates(ending: Sequence[BatchRow], expiring: Sequence[LotRow], day: date) -> dict[str, Any]:
    return {
        "ending_columns": ENDING_COLUMNS,
        "ending": ending_rows(ending, day),
        "expiring_columns": EXPIRING_COLUMNS,
        "expiring": expiring_rows(expiring, day),
    }


def _within(days: int, ending: Sequence[BatchRow], expiring: Sequence[LotRow], day: date) -> Row:
    """How much comes to its date within so many days."""
    last_day = day + timedelta(days=days)
    batches = sum(row.beyond_use_date <= last_day for row in ending)
    lots = sum(row.expires_on <= last_day for row in expiring)
    return Cell(text=f"{days} days", href=url_for("front.dates", days=days)), _count(batches), _count(lots)


def _count(count: int) -> str:
    """A number, as far as it is counted."""
    return f"more than {MOST_LISTED}" if count > MOST_LISTED else f"{count:,}"
