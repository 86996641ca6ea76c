"""The leaflet's words: what is printed, with how easily it is read; reworded as a new version, approved by another."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder.domain.units import parse_count
from compounder.services.leaflets import LeafletFile, approve_leaflet, leaflet_file, revise_leaflet
from compounder.web.fields import complain, placing, status_of_form
from compounder.web.leaflet_forms import LeafletForm
from compounder.web.leaflet_page import graded, leaflet_page
from compounder.web.signing_form import SigningForm
from compounder.web.workspace import act, current_site_settings, database, site

pages = Blueprint("leaflet", __name__, url_prefix="/leaflet")
MOST_VERSIONS = 9_999
Page = tuple[str, int]


@pages.get("")
def show() -> str:
    """One version, that which is printed unless another is asked for."""
    file, asked = _file(), request.args.get("version")
    shown = file.version(parse_count(asked, most=MOST_VERSIONS)) if asked else file.in_use
    page = leaflet_page(file, shown, current_site_settings().zone)
    return render_template("leaflet/show.html", **page, waiting=_waiting(file, shown.version))


@pages.route("/revise", methods=["GET", "POST"])
def revise() -> Page | Response:
    """The next version, from the newest; its reading level can be looked at first."""
    form, file = LeafletForm(), _file()
    if request.method == "GET":
        form.start(file.newest)
    elif form.validate() and request.form.get("do") == "keep":
        with placing(form):
            if not form.reason.value:
                complain(form.reason, "Reason for this version is missing; write it here.")
                return _revising(form, file)
            words = form.words()
            with database().writing() as writing:
                revise_leaflet(writing, act(), words)
            flash(f"Version {words.version} is kept; a second person approves it.")
            return redirect(url_for("leaflet.show", version=words.version), 303)
    return _revising(form, file)


def _revising(form: LeafletForm, file: LeafletFile) -> Page:
    grades = {field.id: graded(field.data or "") for field in form.parts.values()}
    page = {"form": form, "version": file.newest.version, "grades": grades}
    return render_template("leaflet/revise.html", **page), status_of_form() if form.errors else 200


@pages.route("/<int(max=9999):version>/approve", methods=["GET", "POST"])
def approve(version: int) -> Page | Response:
    """Let a version be printed, signed."""
    form, file = SigningForm(), _file()
    if form.validate_on_submit():
        with placing(form):
            signing = form.signing()
            with database().writing() as writing:
                approve_leaflet(writing, version, signing)
        if not form.errors:
            flash(f"Leaflets are printed with version {version} from now on.")
            return redirect(url_for("leaflet.show"), 303)
    page = leaflet_page(file, file.stored(version).words, current_site_settings().zone)
    return render_template("leaflet/approve.html", form=form, **page), status_of_form()


def _waiting(file: LeafletFile, shown: int) -> int:
    """A newer version that nobody has approved yet, where another one is shown; 0 where none waits."""
    newest = file.newest.version
    return newest if newest not in (shown, file.in_use.version) else 0


def _file() -> LeafletFile:
    with database().reading() as reading:
        return leaflet_file(reading, site())
