"""Ordering: the form with its result beside it, storing, and an order's own page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder import clock
from compounder.database.search import batches_of_order
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.units import MASS_PER_CAPSULE, quantity_text
from compounder.services.demand import demand
from compounder.services.orders import OrderChoices, OrderRequest, Preview, order_choices, preview, stored_order
from compounder.services.storing import Storing, store_order
from compounder.services.triturations import of_order
from compounder.web.cards import card_of
from compounder.web.fields import REFUSED, place
from compounder.web.order_form import DecisionRow, OrderForm
from compounder.web.papers import STOCK_CHOICES
from compounder.web.tables import BATCH_COLUMNS, batch_cells
from compounder.web.trituration_page import TRITURATION_COLUMNS, trituration_cells
from compounder.web.ways import trituration_card, ways_of
from compounder.web.workspace import actor, current_site_settings, database, site, today

pages = Blueprint("orders", __name__, url_prefix="/orders")
Page = tuple[str, int]


@pages.get("/new")
def new() -> Page:
    """An empty order for today, or one of what prescriptions for a formulation still ask for."""
    form, choices = _form()
    form.start(today().isoformat())
    if "demand" in request.args:
        _fill_from_demand(form, request.args["demand"])
    return _page(form, choices)


@pages.post("/new")
def work_out() -> Page | Response:
    """Fill in a standard set, work the order out, or store what was worked out."""
    form, choices = _form()
    if "fill" in request.form:
        _fill(form, choices, request.form["fill"])
        return _page(form, choices)
    if "take" in request.form:
        form.alternative.data = request.form["take"]
    wanted = form.request()
    if wanted is None:
        return _page(form, choices, status=REFUSED)
    try:
        shown = _preview(wanted)
    except CompoundingError as refusal:
        place(form, refusal, list(form))
        return _page(form, choices, status=REFUSED)
    if request.form.get("do") == "store":
        return _store(form, choices, shown)
    form.remember(shown)
    return _page(form, choices, shown, status=REFUSED if form.errors else 200)


@pages.get("/<order_number>")
def show(order_number: str) -> str:
    """One order: its batches and their papers."""
    with database().reading() as reading:
        order = stored_order(reading, site(), order_number)
        rows = batches_of_order(reading, site(), order_number)
        made_first = of_order(reading, site(), order_number)
    return render_template(
        "orders/show.html",
        order_number=order_number,
        facts=[
            {"label": "Compounded on", "value": format_day(order.order.compounded_on), "kind": "strong"},
            {"label": "Formulation", "value": f"{order.formulation_code}, version {order.formulation_version}"},
            {"label": "Stored by", "value": order.stored_by},
        ],
        columns=BATCH_COLUMNS,
        rows=[batch_cells(row) for row in rows],
        trituration_columns=TRITURATION_COLUMNS,
        triturations=[trituration_cells(row) for row in made_first],
        stocks=STOCK_CHOICES,
    )


def _form() -> tuple[OrderForm, OrderChoices]:
    with database().reading() as reading:
        choices = order_choices(reading, site())
    form = OrderForm()
    form.offer(choices, current_site_settings().trituration_ratios)
    return form, choices


def _fill_from_demand(form: OrderForm, formulation: str) -> None:
    """The strengths and capsules that the shelf does not cover."""
    with database().reading() as reading:
        lines = demand(reading, site(), today())
    wanted = [line for line in lines if line.formulation == formulation and line.to_make]
    form.ask_for(formulation, [(quantity_text(line.strength, MASS_PER_CAPSULE), line.to_make) for line in wanted])


def _fill(form: OrderForm, choices: OrderChoices, wanted: str) -> None:
    """A standard set by its number, or one more row."""
    sets = {number: strengths.split(",") for _, strengths, number in _sets(choices)}
    if wanted in sets:
        form.fill(sets[wanted])
    else:
        form.add_row()


def _sets(choices: OrderChoices) -> Sequence[tuple[str, str, str]]:
    """The standard sets of the first formulation offered: name, strengths, number."""
    offered = choices.formulations[0].strength_sets if choices.formulations else ()
    strengths = [",".join(quantity_text(each, MASS_PER_CAPSULE) for each in one.strengths) for one in offered]
    return [
        (one.name, filled, str(number)) for number, (one, filled) in enumerate(zip(offered, strengths, strict=True))
    ]


def _preview(wanted: OrderRequest) -> Preview:
    """The result; where the way of weighing that was taken is not there any more, the preferred one's."""
    with database().reading() as reading:
        shown = preview(reading, site(), wanted)
        if wanted.alternative and not shown.alternatives:
            shown = preview(reading, site(), replace(wanted, alternative=None))
    return shown


def _store(form: OrderForm, choices: OrderChoices, shown: Preview) -> Page | Response:
    form.complain_of_undecided()
    if form.errors:
        return _page(form, choices, shown, status=REFUSED)
    try:
        storing = _storing(form, shown.request)
        with database().writing() as writing:
            order_number = store_order(writing, storing)
    except CompoundingError as refusal:
        place(form, refusal, list(form))
        form.remember(shown)
        return _page(form, choices, shown, status=REFUSED)
    flash(f"Order {order_number} is stored.")
    return redirect(url_for("orders.show", order_number=order_number), 303)


def _storing(form: OrderForm, wanted: OrderRequest) -> Storing:
    return Storing(
        site=site(),
        request=wanted,
        decisions=form.decisions_by_strength(actor().name),
        shown_sha256=form.shown.data,
        one_time_key=form.key.data,
        actor=actor(),
        at=clock.now(),
    )


def _page(form: OrderForm, choices: OrderChoices, shown: Preview | None = None, status: int = 200) -> Page:
    if shown:
        form.ask_for_decisions(shown.plans)
    outcomes = zip(shown.order.strengths, shown.outcomes, strict=True) if shown else ()
    cards = [card_of(line, outcome) for line, outcome in outcomes]
    is_storable = cards and not any(card.is_stopped for card in cards)
    page = render_template(
        "orders/new.html",
        form=form,
        sets=_sets(choices),
        ways=ways_of(shown.alternatives) if shown else (),
        triturations=[trituration_card(made) for made in shown.triturations] if shown else [],
        cards=cards,
        storing=len(cards) if is_storable else 0,
        decisions=_decisions(form),
    )
    return page, status


def _decisions(form: OrderForm) -> Mapping[tuple[str, str], list[DecisionRow]]:
    rows: dict[tuple[str, str], list[DecisionRow]] = defaultdict(list)
    for row in form.decisions:
        rows[row.form.strength.data, row.form.code.data].append(row)
    return rows
