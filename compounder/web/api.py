"""The calculation for other programs: the same documents as the command line's."""

from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from compounder.codec.documents import parse_json
from compounder.codec.problems import STATUS, problem
from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds
from compounder.services.calculations import calculate, require_an_end

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
