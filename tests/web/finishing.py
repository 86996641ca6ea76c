"""The forms of finished capsules, filled in, and what the page of the batch says of them."""

from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.finishing import FILLED
from tests.web.pages import fields


def send(client: FlaskClient, number: str, act: str, **typed: str) -> TestResponse:
    """What the form comes to, filled in so."""
    address = f"/batches/{number}/{act}"
    form = {name: value for name, value in fields(client.get(address).text, "").items() if name != "rules"}
    return client.post(address, data={**form, **typed})


def weigh(client: FlaskClient, number: str, *filled: str, **typed: str) -> TestResponse:
    """The weights, one a line."""
    return send(client, number, "weigh-capsules", **{"filled": "\r\n".join(filled or FILLED), "balance": "B1", **typed})


def shown(client: FlaskClient, number: str) -> str:
    """The section of finished capsules on the batch's page."""
    page = unescape(client.get(f"/batches/{number}").text)
    return page.partition('id="capsules"')[2].partition("</section>")[0]
