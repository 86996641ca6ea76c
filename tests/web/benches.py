"""The weighing page of a batch: what it shows, and its form filled in."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages import fields


def address(number: str) -> str:
    return f"/batches/{number}/bench"


def weigh(client: FlaskClient, number: str, **typed: str) -> TestResponse:
    """What the form comes to that is filled in as the page asks, or as `typed` says."""
    page = client.get(address(number)).text
    shown = figure(page).replace(",", "")
    usual = {
        "lot": jar(page),
        "balance": "B1",
        "tared": "0.0 mg",
        "reading": shown,
        "again": typed.get("reading", shown),
    }
    return client.post(address(number), data={**fields(page, ""), **usual, **typed})


def figure(page: str) -> str:
    """The one big figure."""
    found = re.search(r'class="bench__figure">([^<]*)<', page)
    return found[1] if found else ""


def jar(page: str) -> str:
    found = re.search(r'class="bench__jar">.*?class="figure">([^<]*)<', page)
    return found[1] if found else ""
