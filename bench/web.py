"""What a page costs on the server, in the application itself: slowest of twenty, against a page of Flask and Jinja.

Processor time: these files are in memory, and others' work on the machine is not the page's. A reprint is held against
the read of its stored bytes, and has to be those bytes. A form with 64 KB in a field is held against itself as it was
offered.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from time import process_time
from urllib.parse import urlencode

from flask import Flask, render_template
from flask.testing import FlaskClient
from jinja2 import DictLoader
from werkzeug.test import TestResponse

from bench.pharmacy import SITE, Pharmacy, a_pharmacy, an_order, store, worked_out
from bench.table import Row, Target, Work, interleaved, slowest
from bench.visiting import a_session, visitor
from compounder.database.engine import open_database
from compounder.web.application import create_app
from tests.web.pages import fields

PAGE, STORED = "a page of Flask and Jinja, p95", "the stored bytes, bare driver, p95"
TARGETS = {
    "first page": Target(seconds=0.025),
    "order form": Target(seconds=0.025),
    "order form, three strengths worked out": Target(seconds=0.040),
    "history": Target(seconds=0.025),
    "one batch": Target(seconds=0.025),
}
FORMS = {
    "an order": ("/orders/new", "order"),
    "a lot received": ("/lots/receive", ""),
    "settings": ("/settings/revise", ""),
    "a formulation": ("/formulations/NTX-CAPS/revise", ""),
}
RUBBISH = [part * (65_536 // len(part.encode())) for part in ("\n", "🙂", "7", "<", " ", "3: 1 mg\n")]
REPRINTS = {"worksheet, reprinted": "worksheet.pdf", "label, reprinted": "labels.pdf?stock=100x50"}
ORDERS = 25


def rows(rounds: int = 100) -> Iterator[Row]:
    """Every page, and both reprints."""
    with tempfile.TemporaryDirectory() as folder:
        pharmacy = a_pharmacy(Path(folder))
        batch = with_batches(pharmacy)
        token = a_session(pharmacy.settings.database_url, SITE)
        client = visitor(create_app(pharmacy.settings), token)
        yield from pages(client, pharmacy, batch, rounds)
        yield from reprints(client, pharmacy, batch, rounds)
        yield from refused(client)


def with_batches(pharmacy: Pharmacy) -> str:
    """Stores enough batches for more than a page of history; the lot number of one of them."""
    database = open_database(pharmacy.settings.database_url)
    request = an_order(pharmacy, "1.5 mg", "3 mg", "4.5 mg")
    shown = worked_out(database, request)
    for _ in range(ORDERS):
        store(database, request, shown)
    database.close()
    newest = "SELECT lot_number FROM batches ORDER BY id DESC LIMIT 1"
    return str(bare(pharmacy).execute(newest).fetchone()[0])


def bare(pharmacy: Pharmacy) -> sqlite3.Connection:
    """The workspace's file through the driver alone."""
    return sqlite3.connect(pharmacy.settings.home / "compounder.db")


def pages(client: FlaskClient, pharmacy: Pharmacy, batch: str, rounds: int) -> Iterator[Row]:
    """What a person looks at."""
    addresses = {
        "first page": "/",
        "order form": "/orders/new",
        "history": "/batches",
        "one batch": f"/batches/{batch}",
    }
    works = {name: partial(answered, client.get, address) for name, address in addresses.items()}
    post = partial(answered, client.post, "/orders/new", data=filled_form(client, pharmacy))
    taken = interleaved({PAGE: a_page(), "order form, three strengths worked out": post, **works}, rounds, process_time)
    for name, target in TARGETS.items():
        yield Row(
            figure=f"{name}, p95",
            measured=slowest(taken[name], 95),
            floor=PAGE,
            floor_measured=slowest(taken[PAGE], 95),
            target=target,
        )


def answered(ask: Callable[..., TestResponse], address: str, **sent: object) -> bytes:
    """The body of the answer, which has to be a good one."""
    response = ask(address, **sent)
    if response.status_code != 200:
        raise ValueError(f"{address} answered {response.status_code}")
    return bytes(response.data)


def a_page() -> Work:
    """The smallest page that has a template."""
    app = Flask("floor")
    app.jinja_loader = DictLoader({"page.html": "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>"})
    app.add_url_rule("/", "page", lambda: render_template("page.html", title="A page"))
    return partial(answered, app.test_client().get, "/")


def filled_form(client: FlaskClient, pharmacy: Pharmacy) -> Mapping[str, str]:
    """The order form as a pharmacist sends it."""
    form = client.get("/orders/new").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    if token is None:
        raise ValueError("The form has no token.")
    strengths = {f"strengths-{row}-strength": strength for row, strength in enumerate(("1.5 mg", "3 mg", "4.5 mg"))}
    return (
        strengths
        | {f"strengths-{row}-capsules": "100" for row in range(3)}
        | {
            "csrf_token": token[1],
            "formulation": "NTX-CAPS 1",
            "active_lot": pharmacy.active,
            "filler_lot": pharmacy.filler,
            "compounded_on": "2026-11-21",
            "balance": "B1",
            "capsule_size": "3",
            "key": token_urlsafe(16),
            "do": "work-out",
        }
    )


def reprints(client: FlaskClient, pharmacy: Pharmacy, batch: str, rounds: int) -> Iterator[Row]:
    """Papers that were issued before."""
    works: dict[str, Work] = {}
    for name, paper in REPRINTS.items():
        works[name] = partial(answered, client.get, f"/batches/{batch}/{paper}")
        works[f"bytes of {name}"] = read = stored_bytes(pharmacy, works[name])
        if read() != works[name]():
            raise ValueError(f"{name}: not the bytes that were issued")
    taken = interleaved(works, rounds, process_time)
    for name in REPRINTS:
        yield Row(
            figure=f"{name}, p95",
            measured=slowest(taken[name], 95),
            floor=STORED,
            floor_measured=slowest(taken[f"bytes of {name}"], 95),
            target=Target(seconds=0.005),
        )


def refused(client: FlaskClient) -> Iterator[Row]:
    """64 KB of rubbish in every field of the forms: the slowest field of each, the lesser of two tries."""
    for name, (address, form) in FORMS.items():
        sent = {**fields(client.get(address).text, form), "do": "work-out"}
        tried = [{**sent, field: rubbish} for field in sent if field != "csrf_token" for rubbish in RUBBISH]
        taken = [min(seconds_for(client, address, each) for _ in range(2)) for each in tried]
        yield Row(
            figure=f"64 KB in a field of {name}, slowest",
            measured=max(taken),
            floor="the same form as it was offered",
            floor_measured=min(seconds_for(client, address, sent) for _ in range(10)),
            target=Target(seconds=0.050),
        )


def seconds_for(client: FlaskClient, address: str, sent: Mapping[str, str]) -> float:
    """What the answer to this form took, the sending not counted."""
    body = urlencode(sent).encode()
    began = process_time()
    client.post(address, data=body, content_type="application/x-www-form-urlencoded")
    return process_time() - began


def stored_bytes(pharmacy: Pharmacy, issue: Work) -> Work:
    """Issues a paper; then the read of just its bytes."""
    issue()
    connection = bare(pharmacy)
    newest = "SELECT site, document_sha256, paper FROM issued_papers ORDER BY issued_at DESC LIMIT 1"
    read = "SELECT pdf FROM issued_papers WHERE site = ? AND document_sha256 = ? AND paper = ?"
    key = connection.execute(newest).fetchone()
    return lambda: bytes(connection.execute(read, key).fetchone()[0])
