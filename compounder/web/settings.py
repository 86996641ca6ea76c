"""The site's settings: what is in force, how it came to be, and the next version."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder import clock
from compounder.services.settings import revise_settings, settings_history
from compounder.web.fields import placing, status_of_form
from compounder.web.settings_forms import SettingsForm
from compounder.web.settings_page import settings_page
from compounder.web.workspace import actor, current_site_settings, database, site

pages = Blueprint("settings", __name__, url_prefix="/settings")
Page = tuple[str, int]


@pages.get("")
def show() -> str:
    """The settings in force, and every version before."""
    with database().reading() as reading:
        versions, entries = settings_history(reading, site())
    return render_template("settings/show.html", **settings_page(versions[0], versions, entries))


@pages.route("/revise", methods=["GET", "POST"])
def revise() -> Page | Response:
    """The next version, from the one in force."""
    form, before = SettingsForm(), current_site_settings()
    if request.method == "GET":
        form.start(before)
    elif "fill" in request.form:
        form.add_row()
        return _page(form, 200)
    elif form.validate():
        with placing(form):
            revised = form.revised(before)
            with database().writing() as writing:
                revise_settings(writing, site(), revised, actor=actor(), at=clock.now())
        if not form.errors:
            flash(f"Version {revised.version} of the settings is in force.")
            return redirect(url_for("settings.show"), 303)
    return _page(form, status_of_form())


def _page(form: SettingsForm, status: int) -> Page:
    return render_template("settings/revise.html", form=form), status
