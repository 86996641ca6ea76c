"""Titration protocols: the list, one version as a document, adding one, revising it, retiring it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder.domain.units import parse_count
from compounder.services.protocols import (
    ProtocolFile,
    add_protocol,
    protocol_file,
    protocol_list,
    retire_protocol,
    revise_protocol,
)
from compounder.web.course_form import USUAL_SUPPLY
from compounder.web.fields import placing, status_of_form
from compounder.web.protocol_forms import AddProtocolForm, ReviseProtocolForm
from compounder.web.protocol_page import PROTOCOL_COLUMNS, protocol_cells, protocol_page
from compounder.web.readers import on_one_line
from compounder.web.reason_form import ReasonForm
from compounder.web.workspace import act, current_site_settings, database, site, today

pages = Blueprint("protocols", __name__, url_prefix="/protocols")
MOST_VERSIONS = 9_999
Page = tuple[str, int]


@pages.get("")
def index() -> str:
    """Every protocol, by its newest version."""
    with database().reading() as reading:
        rows = [protocol_cells(stored) for stored in protocol_list(reading, site())]
    return render_template("protocols/index.html", columns=PROTOCOL_COLUMNS, rows=rows)


@pages.route("/new", methods=["GET", "POST"])
def new() -> Page | Response:
    """Offer a protocol of the site's own."""
    form = AddProtocolForm()
    if form.validate_on_submit():
        with placing(form):
            protocol = form.protocol()
            with database().writing() as writing:
                add_protocol(writing, act(), protocol)
        if not form.errors:
            flash(f"The {protocol.name} protocol is offered.")
            return redirect(url_for("protocols.show", code=protocol.code), 303)
    return render_template("protocols/new.html", form=form), status_of_form()


@pages.get("/<code>")
def show(code: str) -> str:
    """One version as a document, the newest unless another is asked for."""
    asked = request.args.get("version")
    version = parse_count(asked, most=MOST_VERSIONS) if asked else None
    page = protocol_page(_file(code, version), current_site_settings().zone)
    return render_template("protocols/show.html", **page, today=today().isoformat(), usual_supply=USUAL_SUPPLY)


@pages.route("/<code>/revise", methods=["GET", "POST"])
def revise(code: str) -> Page | Response:
    """The next version, from the newest."""
    form, newest = ReviseProtocolForm(), _file(code).newest.protocol
    if request.method == "GET":
        form.start(newest)
    elif form.validate():
        with placing(form):
            revised = form.protocol(code)
            with database().writing() as writing:
                revise_protocol(writing, act(), revised)
        if not form.errors:
            flash(f"Version {revised.version} is kept; new courses follow it.")
            return redirect(url_for("protocols.show", code=code), 303)
    return render_template("protocols/revise.html", form=form, protocol=newest), status_of_form()


@pages.route("/<code>/retire", methods=["GET", "POST"])
def retire(code: str) -> Page | Response:
    """Offer it no more."""
    form, newest = ReasonForm(), _file(code).newest.protocol
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            retire_protocol(writing, act(), code, on_one_line(form.reason.value))
        if not form.errors:
            flash(f"The {newest.name} protocol is retired.")
            return redirect(url_for("protocols.show", code=code), 303)
    return render_template("protocols/retire.html", form=form, protocol=newest), status_of_form()


def _file(code: str, version: int | None = None) -> ProtocolFile:
    with database().reading() as reading:
        return protocol_file(reading, site(), code, version)
