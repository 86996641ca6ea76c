"""Refusals as pages: one sentence, the right status, nothing lost or half stored."""

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from compounder.database.errors import NotFound as NotStored
from compounder.domain.errors import CompoundingError


def register(app: Flask) -> None:
    """Answer every kind of refusal with its page."""
    app.before_request(_require_an_address)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotStored, _not_stored)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(CompoundingError, _refused)
    app.register_error_handler(InternalServerError, _failed)


def _require_an_address() -> None:
    """A NUL stands in no lot number, and PostgreSQL refuses to look for one."""
    if "\0" in request.path:
        raise NotFound


def _page(name: str, status: int, **words: str) -> Response:
    return make_response(render_template(f"errors/{name}.html", **words), status)


def _not_found(_: HTTPException) -> Response:
    return _page("404", 404)


def _not_stored(_: NotStored) -> Response:
    return _page("404", 404)


def _stale_form(_: CSRFError) -> Response:
    return _page("400", 400)


def _refused(refusal: CompoundingError) -> Response:
    return _page("422", 422, title=refusal.title, sentence=str(refusal))


def _failed(_: HTTPException) -> Response:
    return _page("500", 500)
