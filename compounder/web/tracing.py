"""Traces: found by any code of ours, drawn both ways, listed, and as a file for spreadsheets."""

import re
from typing import Final

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import Form

from compounder.domain.care.trace import Origin, OriginKind
from compounder.domain.errors import CompoundingError
from compounder.services.recall_files import recalls_of
from compounder.services.tracing import MadeBefore, Place, every_exposure, found_by_code, trace
from compounder.web.fields import REFUSED, ReadField, place
from compounder.web.readers import scanned
from compounder.web.trace_export import written
from compounder.web.tracing_page import trace_page
from compounder.web.workspace import database, person, site, today

pages = Blueprint("tracing", __name__, url_prefix="/trace")
_BATCH_AND_BOTTLE: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


class CodeForm(Form):
    """Any code of ours, or a supplier's lot number."""

    code = ReadField(
        "Lot, batch, trituration or bottle",
        scanned,
        description="Scan or type it: our number, a bottle's, or the number that a supplier gave to a lot",
    )


@pages.get("")
def find() -> tuple[str, int] | Response:
    """Straight to what a code stands for; a choice where it stands for several."""
    form = CodeForm(request.args)
    if "code" not in request.args:
        return render_template("tracing/find.html", form=CodeForm(), found=[], nothing=""), 200
    found: tuple[tuple[Origin | MadeBefore, str], ...] = ()
    if form.validate():
        try:
            with database().reading() as reading:
                found = found_by_code(reading, site(), form.code.value, today())
        except CompoundingError as refusal:
            place(form, refusal, [form.code])
    if len(found) == 1:
        return redirect(_address(found[0][0]), 303)
    choices = [(_address(origin), said) for origin, said in found]
    nothing = "" if found or form.errors else "Nothing here has this number."
    return render_template(
        "tracing/find.html", form=form, found=choices, nothing=nothing
    ), REFUSED if form.errors else 200


def _address(found: Origin | MadeBefore) -> str:
    if isinstance(found, MadeBefore):
        return url_for("imports.past_batch", past_batch_id=found.past_batch_id)
    return url_for("tracing.show", kind=found.kind.value, name=found.name)


@pages.get("/<kind>/<name>")
def show(kind: str, name: str) -> str | Response:
    """Both ways from something."""
    asked = origin_of(kind, name)
    with database().reading() as reading:
        found = trace(reading, site(), asked, person().role, _place())
        recalls = recalls_of(reading, site(), found.origin)
    if found.origin != asked:
        return redirect(_address(found.origin))
    return render_template("tracing/show.html", **trace_page(found), recalls=recalls)


@pages.get("/<kind>/<name>/trace.csv")
def export(kind: str, name: str) -> Response:
    """All that it went into, as a file."""
    with database().reading() as reading:
        file = written(every_exposure(reading, site(), origin_of(kind, name), person().role))
    return send_file(file, "text/csv", as_attachment=True, download_name=f"trace-{kind}-{name}.csv")


def origin_of(kind: str, name: str) -> Origin:
    """What an address names; there is no page of any other kind."""
    if kind not in list(OriginKind):
        raise NotFound
    return Origin(kind=OriginKind(kind), name=name)


def _place() -> Place:
    """Where in the tables the page begins; at their beginning where the address does not say it."""
    batch = request.args.get("after_batch", "")
    bottle = _BATCH_AND_BOTTLE.fullmatch(request.args.get("after_bottle", ""))
    first = Place()
    return Place(
        batches=int(batch) if re.fullmatch("[0-9]{1,18}", batch, re.ASCII) else first.batches,
        bottles=(int(bottle[1]), int(bottle[2])) if bottle else first.bottles,
    )
