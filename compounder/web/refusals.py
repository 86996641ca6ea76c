"""Refusals as pages: one sentence, the right status, nothing lost or half stored. Programs get a problem document."""

from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    SecurityError,
    TooManyRequests,
    Unauthorized,
)

from compounder.database.errors import DatabaseBusy, DatabaseGone
from compounder.database.errors import NotFound as NotStored
from compounder.domain.errors import CompoundingError

FOR_PROGRAMS = "/api/"
ALONE = "alone"
"""The page that needs nothing of the context: what failed may be what the frame of the others needs."""
SECONDS_TO_WAIT = 10


def register(app: Flask) -> None:
    """Answer every kind of refusal with its page."""
    app.before_request(_require_an_address)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotStored, _not_stored)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(SecurityError, _other_name)
    app.register_error_handler(BadRequest, _unreadable)
    app.register_error_handler(Unauthorized, _not_known)
    app.register_error_handler(Forbidden, _not_allowed)
    app.register_error_handler(MethodNotAllowed, _not_offered)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(CompoundingError, _refused)
    app.register_error_handler(DatabaseBusy, _not_now)
    app.register_error_handler(DatabaseGone, _not_now)
    app.register_error_handler(InternalServerError, _failed)


def _require_an_address() -> None:
    """A NUL stands in no lot number, and PostgreSQL refuses to look for one."""
    if "\0" in request.path:
        raise NotFound


def _answer(status: int, title: str, sentence: str, page: str = "refused") -> Response:
    """The page of a refusal, or to a program its problem document (RFC 9457)."""
    if not request.path.startswith(FOR_PROGRAMS):
        return make_response(_page(page, title, sentence), status)
    code = title.lower().replace(" ", "-")
    told = {"type": f"urn:compounder:{code}", "status": status, "code": code, "title": title, "detail": sentence}
    return _problem({**told, "pointer": ""}, status)


def _page(page: str, title: str, sentence: str) -> str:
    if page != ALONE:
        return render_template(f"errors/{page}.html", title=title, sentence=sentence)
    return current_app.jinja_env.get_template(f"errors/{page}.html").render(title=title, sentence=sentence)


def _problem(document: dict[str, Any], status: int) -> Response:
    return Response(current_app.json.dumps(document, sort_keys=False), status, mimetype="application/problem+json")


def _not_found(_: HTTPException) -> Response:
    return _answer(404, "Not found", "Nothing is kept at this address; check it for a slip.", "404")


def _not_stored(_: NotStored) -> Response:
    return _answer(404, "Not found", "Nothing is kept at this address; check it for a slip.", "404")


def _stale_form(_: CSRFError) -> Response:
    return _answer(
        400, "Not taken", "This form was not taken: it was open too long, or came from somewhere else.", "400"
    )


def _other_name(_: SecurityError) -> Response:
    """Says nothing of the pharmacy, and links to nothing: under this name nothing is answered."""
    return _answer(
        400, "Unknown host name", "Compounder does not answer to this name; use the one it is served at.", "host"
    )


def _unreadable(_: BadRequest) -> Response:
    return _answer(400, "Not readable", "What was sent cannot be read; go back, reload the page, and send it again.")


def _not_known(_: HTTPException) -> Response:
    answer = _answer(401, "Not signed in", "Send a token of this pharmacy: Authorization: Bearer and the token.")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _not_allowed(_: HTTPException) -> Response:
    role = g.get("role")
    said = f"Your role is {role}; this is for others. Ask an owner of this pharmacy."
    return _answer(403, "Not allowed", said)


def _not_offered(refused: MethodNotAllowed) -> Response:
    methods = sorted(set(refused.valid_methods or ()) - {"HEAD", "OPTIONS"})
    answer = _answer(405, "Not offered", f"Only {' or '.join(methods)} is answered at this address.")
    answer.allow.update(refused.valid_methods or ())
    return answer


def _too_large(_: RequestEntityTooLarge) -> Response:
    return _answer(413, "Too large", "A form takes 1 MB and 2,000 fields; go back and write less.")


def _too_often(refused: TooManyRequests) -> Response:
    said = f"Nobody asks so often by hand. Nothing was done; wait {refused.retry_after} seconds, then go on."
    answer = _answer(429, "Asked too often", said)
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


def _refused(refusal: CompoundingError) -> Response:
    return _answer(422, refusal.title, str(refusal))


def _not_now(refusal: CompoundingError) -> Response:
    answer = _answer(503, refusal.title, str(refusal), ALONE)
    answer.retry_after = SECONDS_TO_WAIT
    return answer


def _failed(_: HTTPException) -> Response:
    said = "What was asked was not answered; look whether it was stored before you ask again."
    return _answer(500, "Program failed", said, ALONE)
