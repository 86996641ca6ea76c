"""Master formulation records: the list, one version as a document, revising it, approving it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.units import parse_count
from compounder.services.formulations import (
    approve_formulation,
    formulation_file,
    formulation_list,
    revise_formulation,
)
from compounder.web.fields import placing, status_of_form
from compounder.web.formulation_forms import ApprovalForm, RevisionForm
from compounder.web.formulation_page import FORMULATION_COLUMNS, formulation_cells, formulation_page
from compounder.web.workspace import actor, current_site_settings, database, site, workspace

pages = Blueprint("formulations", __name__, url_prefix="/formulations")
MOST_VERSIONS = 9_999
Page = tuple[str, int]


@pages.get("")
def index() -> str:
    """Every formulation, by its newest version."""
    with database().reading() as reading:
        listed = formulation_list(reading, site())
    rows = [formulation_cells(line) for line in listed]
    return render_template("formulations/index.html", columns=FORMULATION_COLUMNS, rows=rows)


@pages.get("/<code>")
def show(code: str) -> str:
    """One version as a document, the newest unless another is asked for."""
    with database().reading() as reading:
        file = formulation_file(reading, site(), code, _version(), keys=workspace().settings.keys)
    return render_template("formulations/show.html", **formulation_page(file, current_site_settings().zone))


def _version() -> int | None:
    asked = request.args.get("version")
    return parse_count(asked, most=MOST_VERSIONS) if asked else None


@pages.route("/<code>/revise", methods=["GET", "POST"])
def revise(code: str) -> Page | Response:
    """The next version, from the newest."""
    with database().reading() as reading:
        file = formulation_file(reading, site(), code, None)
    form = RevisionForm()
    if request.method == "GET":
        form.start(file.shown.formulation)
    elif form.validate():
        with placing(form):
            revised = form.revised(file.shown.formulation)
            with database().writing() as writing:
                revise_formulation(writing, site(), revised, actor=actor(), at=clock.now())
        if not form.errors:
            flash(f"Version {revised.version} is kept; approve it to use it.")
            return redirect(url_for("formulations.show", code=code), 303)
    page = render_template("formulations/revise.html", form=form, formulation=file.shown.formulation)
    return page, status_of_form()


@pages.route("/<code>/<int(max=9999):version>/approve", methods=["GET", "POST"])
def approve(code: str, version: int) -> Page | Response:
    """Allow batches by a version."""
    with database().reading() as reading:
        file = formulation_file(reading, site(), code, version)
    form = ApprovalForm()
    if form.validate_on_submit():
        with placing(form):
            signing = form.signing()
            with database().writing() as writing:
                approve_formulation(writing, code, version, signing, reason=form.reason.value or "")
        if not form.errors:
            flash(f"Version {version} is approved.")
            return redirect(url_for("formulations.show", code=code, version=version), 303)
    page = render_template(
        "formulations/approve.html", form=form, **formulation_page(file, current_site_settings().zone)
    )
    return page, status_of_form()
