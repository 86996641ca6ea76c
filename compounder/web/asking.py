"""Who asks: the person of the session's cookie, or the program whose bearer token came along.

Where a session has ended while a form was being filled in, what was typed is kept: it stands behind the page that asks
to sign in again, and is sent on with it.
"""

from math import ceil
from typing import Final, cast

from flask import after_this_request, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Role
from compounder.domain.people.sign_in import time_left
from compounder.services.example_people import EXAMPLE_PASSWORD
from compounder.services.people import person_file
from compounder.services.people_errors import AnothersForm
from compounder.services.signing_in import (
    Place,
    Proof,
    Session,
    bearer,
    known_name,
    renew,
    replaced_session,
    session_of,
    sign_in,
    sign_in_name_of,
    signed_in,
)
from compounder.settings import LOOPBACK_NAMES
from compounder.web.security_log import note
from compounder.web.workspace import current_site_settings, database, site, workspace

TOKEN: Final = "token"  # noqa: S105 - the name under which the cookie holds it
WHO: Final = "who"
"""The name under which the cookie keeps who was signed in last, when the session has ended."""
BY_ITSELF: Final = frozenset({"bench.offered", "account.left"})
"""What a page asks for without anybody there; a session ends all the same."""
BEARER: Final = "bearer"
AGAIN: Final = ("again-sign_in_name", "again-password", "again-code")
FAILED: Final = 500
NEVER_KEPT: Final = frozenset({*AGAIN, "password", "code", "new_password", "new_password_again", "new_code"})
PROXY_HEADERS: Final = frozenset({"via", "forwarded", "x-real-ip", "x-client-ip"})
PROXY_PREFIX: Final = "x-forwarded-"


def place_of_proof() -> Place:
    """Where people prove who they are."""
    here = workspace()
    where = here.settings
    return Place(database=here.database, site=where.site, keys=where.keys, breached_passwords=where.breached_passwords)


def has_second_factor() -> bool:
    """Whether a code is asked of whoever is signed in."""
    return cast("Session", g.session).has_second_factor


def lacks_second_factor() -> bool:
    """Whether whoever is signed in has to set a second factor up before anything else; a program has its token."""
    asked = "session" in g and not has_second_factor()
    return asked and current_site_settings().asks_for_second_factor


def seconds_left() -> int:
    """How long the session lasts if nothing is asked in it."""
    open_now = cast("Session", g.session)
    return ceil(time_left(open_now.started_at, open_now.seen_at, clock.now()).total_seconds())


def factors(session: Session) -> str:
    """What proved who somebody is, as the log says it."""
    return "password and code" if session.has_second_factor else "password"


def is_on_this_machine() -> bool:
    """Whether whoever asks sits at the machine that answers: by its own name, with no proxy between."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    near = request.remote_addr in ("127.0.0.1", "::1") and host in (*LOOPBACK_NAMES, "::1")
    sent = {name.casefold() for name in request.headers.keys()}  # noqa: SIM118 - iterating headers gives pairs
    return near and not any(name in PROXY_HEADERS or name.startswith(PROXY_PREFIX) for name in sent)


def offers_example() -> bool:
    """Whether anybody may look around: an example workspace, asked from its own machine."""
    return current_site_settings().is_example and is_on_this_machine()


def proved(proof: Proof) -> str:
    """The token of a new session, with a line in the log; refuses as `sign_in` does, with a line too."""
    where = place_of_proof()
    try:
        token = sign_in(where, proof, at=clock.now())
    except CompoundingError as refusal:
        note("not-signed-in", who=known_name(where, proof.sign_in_name), why=refusal.code)
        raise
    begun = session_of(where, token, at=clock.now())
    if begun is not None:
        note("signed-in", who=begun.person.sign_in_name, why=factors(begun))
    return token


def renew_session() -> None:
    """Another token once this request is answered: whoever asks has proved again who it is."""
    proved_in = session[TOKEN]

    def renewed(answer: Response) -> Response:
        if session.get(TOKEN) == proved_in and answer.status_code < FAILED:
            session[TOKEN] = renew(place_of_proof(), proved_in, _sent(), at=clock.now())
        return answer

    after_this_request(renewed)


def _sent() -> object:
    """The form that was sent, and where to; not what proves who it is."""
    return [request.path, [[name, text] for name, text in request.form.items(multi=True) if name not in NEVER_KEPT]]


def look_who_asks() -> Response | None:
    """Nothing once it is known, in `g.role`, and for people in `g.session`; else what asks for it."""
    if request.blueprint != "api":
        return _ask_person()
    _ask_program()
    return None


def _ask_program() -> None:
    """Refuses with status 401. The example's calculations are open to programs on its own machine."""
    said = request.headers.get("Authorization", "")
    scheme, _, token = said.partition(" ")
    found = bearer(place_of_proof(), token.strip()) if scheme.casefold() == BEARER else None
    g.token, role = found, found.role if found else None
    if role is None and not said and offers_example():
        role = Role.AUDITOR
    if role is None:
        raise Unauthorized
    g.role = role


def _ask_person() -> Response | None:
    look = session_of if request.endpoint in BY_ITSELF else signed_in
    found = look(place_of_proof(), session.get(TOKEN, ""), at=clock.now())
    if found is None and request.form:
        found = _sent_again()
    if found is None and AGAIN[1] in request.form:
        return _sign_in_again()
    if found is None:
        return _ask_to_sign_in("")
    _let_in(found)
    return None


def _sent_again() -> Session | None:
    """The session of before where its last form comes a second time: the browser had no other token to send yet."""
    found = replaced_session(place_of_proof(), session.get(TOKEN, ""), _sent(), at=clock.now())
    if found is not None:
        renew_session()
    return found


def _let_in(found: Session) -> None:
    g.session, g.role = found, found.person.role
    if session.get(WHO) != found.person.sign_in_name:
        session[WHO] = found.person.sign_in_name


def _require_the_same(typed: str) -> None:
    """Refuses with `AnothersForm` whoever would go on with what somebody else typed."""
    who = session.get(WHO)
    if who is not None and sign_in_name_of(typed) != who:
        with database().reading() as reading:
            raise AnothersForm(name=person_file(reading, site(), who).line.stored.person.name)


def _ask_to_sign_in(complaint: str) -> Response:
    """The sign-in page; where something was sent, one that keeps it."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sign_in.sign_in", next=request.full_path.removesuffix("?")), 303)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    page = render_template(
        "sign_in/again.html", kept=kept, complaint=complaint, example=EXAMPLE_PASSWORD if offers_example() else ""
    )
    return make_response(page, 401)


def _sign_in_again() -> Response | None:
    """Let the form that was kept go on, if name and password are right."""
    name, password, code = (request.form.get(field, "") for field in AGAIN)
    proof = Proof(sign_in_name=name, password=password, code=code)
    try:
        _require_the_same(name)
        session[TOKEN] = proved(proof)
    except CompoundingError as refusal:
        return _ask_to_sign_in(str(refusal))
    found = signed_in(place_of_proof(), session[TOKEN], at=clock.now())
    if found is None:
        return _ask_to_sign_in("")
    _let_in(found)
    return None
