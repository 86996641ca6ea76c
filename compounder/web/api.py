"""For other programs: the calculation, with the same documents as the command line's; and what a balance shows."""

from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from compounder import clock
from compounder.codec.converter import read
from compounder.codec.documents import parse_json
from compounder.codec.problems import STATUS, problem
from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds
from compounder.domain.record.offered import ReadingSent
from compounder.domain.units import READING, quantity_text
from compounder.services.calculations import calculate, require_an_end
from compounder.services.offering import offer
from compounder.web.workspace import database, site, token_holder

pages = Blueprint("api", __name__, url_prefix="/api/v1")
LARGEST_BODY = 16_000_000


@pages.post("/calculations")
def calculations() -> Response:
    """An order document to its answer, an array to an array; a refusal is a problem document with status 422."""
    try:
        asked = parse_json(_body())
        require_an_end(asked)
        return _json(calculate(asked), 200, "application/json")
    except CompoundingError as refusal:
        return _json(problem(refusal), STATUS, "application/problem+json")


@pages.post("/balances/<path:name>/readings")
def readings(name: str) -> Response:
    """A line that a balance sent, offered from now on to whoever weighs on it; status 201, or a problem document."""
    try:
        received = read(parse_json(_body()), ReadingSent)
        with database().writing() as writing:
            offered = offer(writing, site(), name, received, by=token_holder().name, at=clock.now())
    except CompoundingError as refusal:
        return _json(problem(refusal), STATUS, "application/problem+json")
    return _json({"balance": name, "reading": quantity_text(offered.reading, READING)}, 201, "application/json")


def _body() -> str:
    request.max_content_length = LARGEST_BODY
    try:
        return request.get_data().decode("utf-8")
    except RequestEntityTooLarge:
        raise OutOfBounds(read="A document over 16 MB", least="1 byte", most="16 MB") from None
    except UnicodeDecodeError:
        raise NotAccepted(read="bytes that are not UTF-8", accepted="a JSON document in UTF-8") from None


def _json(document: Any, status: int, mimetype: str) -> Response:
    return Response(current_app.json.dumps(document, ensure_ascii=False, sort_keys=False), status, mimetype=mimetype)
