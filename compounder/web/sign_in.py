"""Signing in and out, looking around the example, and coming in by a one-time link."""

import re
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.services import invitations, signing_in
from compounder.services.example_people import EXAMPLE_PASSWORD, OFFERED
from compounder.services.invitations import Coming
from compounder.services.people import person_id_of
from compounder.services.signing_in import Proof, start_session
from compounder.web import second_factor
from compounder.web.asking import TOKEN, offers_example, place_of_proof, proved
from compounder.web.fields import REFUSED, complain, place, placing, status_of_form
from compounder.web.people_forms import ComingForm, SignInForm
from compounder.web.security_log import note
from compounder.web.workspace import database, site

pages = Blueprint("sign_in", __name__)
Page = tuple[str, int]
_HERE: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""An address of this site: browsers take tabs and line ends out of one, and read a backslash as a slash."""


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Page | Response:
    """Name and password to a session; then on to where somebody wanted to go."""
    form = SignInForm()
    if form.validate_on_submit():
        proof = Proof(
            sign_in_name=form.sign_in_name.data or "", password=form.password.data or "", code=form.code.data or ""
        )
        with placing(form):
            return _let_in(proved(proof))
    offered = OFFERED if offers_example() else ()
    page = render_template("sign_in/sign_in.html", form=form, offered=offered, password=EXAMPLE_PASSWORD)
    return page, status_of_form()


@pages.post("/sign-in/example")
def as_example() -> Response:
    """One of the example's people, without a password: only in an example, and only from its own machine."""
    wanted = next((each for each in OFFERED if each.sign_in_name == request.form.get("person")), None)
    if wanted is None or not offers_example():
        raise NotFound
    with database().writing() as writing:
        token = start_session(writing, person_id_of(writing, site(), wanted.sign_in_name), at=clock.now())
    note("signed-in", who=wanted.sign_in_name, why="example")
    return _let_in(token)


@pages.post("/sign-out")
def sign_out() -> Response:
    """The session is over, its cookie good for nothing, and nothing of it left in the browser."""
    signing_in.sign_out(database(), session.pop(TOKEN, ""))
    note("signed-out")
    session.clear()
    answer = redirect(url_for("sign_in.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@pages.route("/links/<token>", methods=["GET", "POST"])
def come_in(token: str) -> Page | Response:
    """Set a password by a one-time link, and be signed in."""
    with database().reading() as reading:
        invited = invitations.invitation_of(reading, site(), token, at=clock.now())
        has_code = invitations.asks_for_code(reading, site(), invited)
    form = ComingForm()
    form.settle_names(invited.name, invited.sign_in_name)
    if has_code:
        form.ask_for_code()
    if form.validate_on_submit() and _is_typed_twice(form):
        try:
            answer = _let_in(_arrive(token, form))
        except CompoundingError as refusal:
            note("not-signed-in", who=invited.sign_in_name, why=refusal.code)
            place(form, refusal, form.shown())
        else:
            note("signed-in", who=form.sign_in_name.value, why="link")
            flash(f"Welcome, {form.name.value}. You are signed in.")
            return answer
    is_offered = invited.sign_in_name and not has_code
    secret = second_factor.spelled(second_factor.offered_secret(invited.sign_in_name)) if is_offered else ""
    page = render_template(
        "sign_in/come_in.html", form=form, invited=invited, token=token, secret=secret, has_code=has_code
    )
    return page, REFUSED if form.errors else 200


@pages.get("/links/<token>/code.png")
def code_of_link(token: str) -> Response:
    """The picture of the second factor that goes with a link."""
    with database().reading() as reading:
        invited = invitations.invitation_of(reading, site(), token, at=clock.now())
        has_code = invitations.asks_for_code(reading, site(), invited)
    if has_code or not invited.sign_in_name:
        raise NotFound
    return second_factor.picture(invited.sign_in_name)


def _arrive(token: str, form: ComingForm) -> str:
    """The token of the first session."""
    coming = Coming(
        sign_in_name=form.sign_in_name.value,
        name=form.name.value,
        password=form.new_password.data or "",
        code=form.new_code.data or "",
    )
    return invitations.arrive(place_of_proof(), token, coming, at=clock.now())


def _is_typed_twice(form: ComingForm) -> bool:
    if form.new_password.data != form.new_password_again.data:
        complain(form.new_password_again, "The two passwords differ; type the same one twice.")
    return not form.errors


def _let_in(token: str) -> Response:
    """A cookie of a new session, with nothing of an older one, which is over."""
    wanted = request.args.get("next", "")
    if TOKEN in session:
        signing_in.sign_out(database(), session[TOKEN])
    session.clear()
    session[TOKEN] = token
    return redirect(wanted if _HERE.fullmatch(wanted) else url_for("front.index"), 303)
