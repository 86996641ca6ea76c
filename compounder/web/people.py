"""Who may sign in: the list, one person's page, and what an owner changes."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.people.person import Person, Role
from compounder.services import invitations, people
from compounder.services.invitations import LINK_LASTS
from compounder.services.people import PersonFile
from compounder.services.tokens import revoke_token, tokens_of
from compounder.web.fields import placing, status_of_form
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.people_forms import InviteForm, RoleForm
from compounder.web.people_page import (
    LINK_COLUMNS,
    PEOPLE_COLUMNS,
    TOKEN_COLUMNS,
    link_row,
    person_row,
    standing_of,
    token_rows,
)
from compounder.web.reason_form import SignedReasonForm
from compounder.web.security_log import note
from compounder.web.signing_form import SigningForm
from compounder.web.workspace import act, current_site_settings, database, site

pages = Blueprint("people", __name__, url_prefix="/people")
Page = tuple[str, int]


@pages.get("")
def index() -> str:
    """Everybody, and the links that wait."""
    with database().reading() as reading:
        lines = people.people_list(reading, site())
        links = invitations.waiting_links(reading, site(), at=clock.now())
    return render_template(
        "people/index.html",
        columns=PEOPLE_COLUMNS,
        rows=[person_row(line) for line in lines],
        link_columns=LINK_COLUMNS,
        links=[(link_row(link), link.sign_in_name) for link in links],
    )


@pages.get("/<sign_in_name>")
def show(sign_in_name: str) -> str:
    """One person: role, standing, tokens, and what the journal says of them."""
    file = _file(sign_in_name)
    with database().reading() as reading:
        tokens = tokens_of(reading, site(), file.line.stored.person)
    return render_template(
        "people/show.html",
        person=file.line.stored.person,
        stored=file.line.stored,
        standing=standing_of(file.line),
        token_columns=TOKEN_COLUMNS,
        tokens=token_rows(tokens),
        entry_columns=ENTRY_COLUMNS,
        entries=entry_cells(file.entries, current_site_settings().zone),
    )


@pages.route("/invite", methods=["GET", "POST"])
def invite() -> Page | Response:
    """Invite somebody new; the link is shown this once."""
    form = InviteForm()
    if form.validate_on_submit():
        person = Person(sign_in_name=form.sign_in_name.value, name=form.name.value, role=Role(form.role.data))
        with placing(form):
            form.signatory()
            with database().writing() as writing:
                token = invitations.invite(writing, act(), person)
            return _link(person, token)
    return render_template("people/invite.html", form=form), status_of_form()


@pages.route("/<sign_in_name>/link", methods=["GET", "POST"])
def link(sign_in_name: str) -> Page:
    """A new link for somebody who lost their password or is locked."""
    person, form = _file(sign_in_name).line.stored.person, SigningForm()
    if form.validate_on_submit():
        with placing(form):
            form.signatory()
            with database().writing() as writing:
                token = invitations.new_link(writing, act(), sign_in_name)
            return _link(person, token)
    return render_template("people/new_link.html", form=form, person=person), status_of_form()


@pages.post("/links/<sign_in_name>/withdraw")
def withdraw(sign_in_name: str) -> Response:
    """A link that nobody has used is over."""
    with database().writing() as writing:
        invitations.withdraw(writing, site(), sign_in_name)
    flash("The link is withdrawn.")
    return redirect(url_for("people.index"), 303)


def _link(person: Person, token: str) -> Page:
    address = url_for("sign_in.come_in", token=token, _external=True)
    return render_template("people/link.html", person=person, address=address, days=LINK_LASTS.days), 200


@pages.route("/<sign_in_name>/role", methods=["GET", "POST"])
def role(sign_in_name: str) -> Page | Response:
    """What somebody does here from now on."""
    person, form = _file(sign_in_name).line.stored.person, RoleForm()
    if not form.is_submitted():
        form.role.data = person.role.value
    elif form.validate():
        with placing(form):
            form.signatory()
            with database().writing() as writing:
                people.change_role(writing, act(), sign_in_name, Role(form.role.data))
            flash(f"{person.name} is {form.role.data} from now on.")
            return redirect(url_for("people.show", sign_in_name=sign_in_name), 303)
    return render_template("people/role.html", form=form, person=person), status_of_form()


@pages.route("/<sign_in_name>/standing", methods=["GET", "POST"])
def standing(sign_in_name: str) -> Page | Response:
    """Let somebody sign in no more, or again."""
    stored, form = _file(sign_in_name).line.stored, SignedReasonForm()
    change = people.enable if stored.is_disabled else people.disable
    if form.validate_on_submit():
        with placing(form):
            form.signatory()
            with database().writing() as writing:
                change(writing, act(), sign_in_name, form.reason.value)
            flash(f"{stored.person.name} may {'sign in again' if stored.is_disabled else 'not sign in any more'}.")
            return redirect(url_for("people.show", sign_in_name=sign_in_name), 303)
    return render_template("people/standing.html", form=form, stored=stored), status_of_form()


@pages.route("/<sign_in_name>/second-factor", methods=["GET", "POST"])
def second_factor(sign_in_name: str) -> Page | Response:
    """Ask no code any more of somebody who lost what gives it."""
    stored, form = _file(sign_in_name).line.stored, SignedReasonForm()
    if form.validate_on_submit():
        with placing(form):
            form.signatory()
            with database().writing() as writing:
                people.lose_second_factor(writing, act(), sign_in_name, form.reason.value)
            flash(f"No code is asked of {stored.person.name} any more; they are signed out everywhere.")
            return redirect(url_for("people.show", sign_in_name=sign_in_name), 303)
    return render_template("people/second_factor.html", form=form, stored=stored), status_of_form()


@pages.post("/<sign_in_name>/sign-out")
def sign_out(sign_in_name: str) -> Response:
    """Somebody is signed out everywhere, and may sign in again."""
    with database().writing() as writing:
        people.end_sessions(writing, site(), sign_in_name)
    note("sessions-ended", why=f"of {sign_in_name}")
    flash("They are signed out everywhere, and may sign in again.")
    return redirect(url_for("people.show", sign_in_name=sign_in_name), 303)


@pages.post("/<sign_in_name>/tokens/<token_id>/revoke")
def revoke(sign_in_name: str, token_id: str) -> Response:
    """Somebody's token is good for nothing from now on."""
    with database().writing() as writing:
        revoke_token(writing, act(), token_id, of=_file(sign_in_name).line.stored.person)
    flash("The token is revoked.")
    return redirect(url_for("people.show", sign_in_name=sign_in_name), 303)


def _file(sign_in_name: str) -> PersonFile:
    with database().reading() as reading:
        return people.person_file(reading, site(), sign_in_name)
