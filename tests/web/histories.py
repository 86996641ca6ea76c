"""Batches as the pages list them: found, counted and given up."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.people import PASSWORD
from tests.web.pages import fields


def numbers(html: str) -> list[str]:
    """The lot numbers of the list on a page."""
    return re.findall(r'href="/batches/(\d{6}A\w{4})"', html)


def sentence(html: str) -> str:
    """What the history says that it shows."""
    found = re.search(r'<p class="shown">(.*?)</p>', html)
    return unescape(found[1]) if found else ""


def void(client: FlaskClient, number: str, reason: str = "Spilled", password: str = PASSWORD) -> int:
    """The status of sending the form that gives a batch up."""
    return sent(client, number, reason, password).status_code


def sent(client: FlaskClient, number: str, reason: str, password: str) -> TestResponse:
    """What the form that gives a batch up comes to."""
    address = f"/batches/{number}/void"
    form = fields(client.get(address).text, "")
    return client.post(address, data={**form, "reason": reason, "password": password})
