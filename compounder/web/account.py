"""One's own account: password, second factor, and tokens for programs."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from compounder import clock
from compounder.database.engine import Connection
from compounder.domain.people.person import Role
from compounder.services import people
from compounder.services.breached_passwords import require_unbreached
from compounder.services.signing_in import other_sessions, start_session
from compounder.services.tokens import issue_token, revoke_token, roles_for, tokens_of
from compounder.web import second_factor as telephone
from compounder.web.asking import TOKEN, has_second_factor, lacks_second_factor, place_of_proof, seconds_left
from compounder.web.fields import complain, placing, status_of_form
from compounder.web.people_forms import PasswordForm, SecondFactorForm, TokenForm
from compounder.web.people_page import SESSION_COLUMNS, TOKEN_COLUMNS, session_row, token_rows
from compounder.web.security_log import note
from compounder.web.signing_form import SigningForm
from compounder.web.workspace import act, database, person, site, workspace

pages = Blueprint("account", __name__, url_prefix="/account")
Page = tuple[str, int]


@pages.get("")
def show() -> str:
    """Who is signed in, and what they may set."""
    with database().reading() as reading:
        tokens = tokens_of(reading, site(), person())
    others = other_sessions(place_of_proof(), person(), session[TOKEN], at=clock.now())
    return render_template(
        "account/show.html",
        person=person(),
        has_code=has_second_factor(),
        session_columns=SESSION_COLUMNS,
        sessions=[session_row(each) for each in others],
        columns=TOKEN_COLUMNS,
        tokens=token_rows(tokens),
    )


@pages.get("/session")
def left() -> dict[str, Any]:
    """Whose session it is and how long it lasts, for pages that cover themselves when it ends."""
    return {"who": person().sign_in_name, "seconds": seconds_left(), "token": generate_csrf()}


@pages.route("/sessions", methods=["GET", "POST"])
def sessions() -> Page | Response:
    """Sign out everywhere else."""
    form = SigningForm()
    if form.validate_on_submit() and _is_done(form, _end_sessions):
        note("sessions-ended")
        flash("You are signed out everywhere else.")
        return redirect(url_for("account.show"), 303)
    return render_template("account/sessions.html", form=form), status_of_form()


def _end_sessions(writing: Connection) -> None:
    people.end_sessions(writing, site(), person().sign_in_name)
    _stay(writing)


@pages.route("/password", methods=["GET", "POST"])
def password() -> Page | Response:
    """Set another password; every other session is over."""
    form = PasswordForm()
    if form.is_submitted() and form.new_password.data != form.new_password_again.data:
        complain(form.new_password_again, "The two passwords differ; type the same one twice.")
    elif form.validate_on_submit() and _is_done(form, lambda writing: _set_password(writing, form)):
        flash("Your password is changed; you are signed out everywhere else.")
        return redirect(url_for("account.show"), 303)
    return render_template("account/password.html", form=form), status_of_form()


def _set_password(writing: Connection, form: PasswordForm) -> None:
    require_unbreached(workspace().settings.breached_passwords, form.new_password.data or "")
    people.change_password(writing, act(), person().sign_in_name, form.new_password.data or "")
    _stay(writing)


def _stay(writing: Connection) -> None:
    """A new session here: what proves who one is was changed, and the others are over."""
    person_id = people.person_id_of(writing, site(), person().sign_in_name)
    session[TOKEN] = start_session(writing, person_id, at=clock.now())


@pages.route("/second-factor", methods=["GET", "POST"])
def second_factor() -> Page | Response:
    """Set up a second factor: the telephone reads the picture, and its code proves that it did."""
    form = SecondFactorForm()
    if form.validate_on_submit() and _is_done(form, lambda writing: _set_second_factor(writing, form)):
        flash("From now on signing in asks for a code; you are signed out everywhere else.")
        return redirect(url_for("account.show"), 303)
    secret = telephone.spelled(telephone.offered_secret(person().sign_in_name))
    page = render_template(
        "account/second_factor.html", form=form, secret=secret, is_asked_of_all=lacks_second_factor()
    )
    return page, status_of_form()


def _set_second_factor(writing: Connection, form: SecondFactorForm) -> None:
    code, keys = form.new_code.data or "", workspace().settings.keys
    people.set_second_factor(writing, act(), person().sign_in_name, code, keys=keys)
    _stay(writing)


@pages.get("/second-factor.png")
def second_factor_code() -> Response:
    """The picture that the telephone reads."""
    return telephone.picture(person().sign_in_name)


@pages.route("/second-factor/drop", methods=["GET", "POST"])
def drop_second_factor() -> Page | Response:
    """Go without a second factor; only with a long password."""
    form = SigningForm()
    if form.validate_on_submit() and _is_done(form, _drop_second_factor):
        flash("No code is asked for any more; you are signed out everywhere else.")
        return redirect(url_for("account.show"), 303)
    return render_template("account/drop_second_factor.html", form=form), status_of_form()


def _drop_second_factor(writing: Connection) -> None:
    people.drop_second_factor(writing, act(), person().sign_in_name)
    _stay(writing)


@pages.route("/tokens/new", methods=["GET", "POST"])
def new_token() -> Page | Response:
    """A token for a program, shown this once."""
    form, made = TokenForm(), list[str]()
    form.offer(roles_for(person()))
    if form.validate_on_submit() and _is_done(form, lambda writing: made.append(_issued(writing, form))):
        return render_template("account/token.html", token=made[0], label=form.label.value), 200
    return render_template("account/new_token.html", form=form), status_of_form()


def _issued(writing: Connection, form: TokenForm) -> str:
    return issue_token(writing, act(), person(), label=form.label.value, role=Role(form.role.data))


@pages.post("/tokens/<token_id>/revoke")
def revoke(token_id: str) -> Response:
    """A token of one's own is good for nothing from now on."""
    with database().writing() as writing:
        revoke_token(writing, act(), token_id, of=person())
    flash("The token is revoked.")
    return redirect(url_for("account.show"), 303)


def _is_done(form: SigningForm, change: Callable[[Connection], None]) -> bool:
    """Whether it was proved who asks, and the change is made; what is refused stands at its field."""
    with placing(form):
        form.signatory()
        with database().writing() as writing:
            change(writing)
    return not form.errors and not form.form_errors
