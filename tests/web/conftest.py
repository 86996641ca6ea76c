"""The application on a bench of its own, visited through Flask's test client at half past nine on 21 November 2026."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder import clock
from compounder.database import people
from compounder.database.search import batches_of_order
from compounder.domain.people.person import Person
from compounder.services.signing_in import start_session
from compounder.services.workspace import open_workspace
from compounder.settings import LOOPBACK_NAMES, Settings
from compounder.web import create_app
from compounder.web.asking import TOKEN
from compounder.web.workspace import EXTENSION, Workspace
from tests.services.orders import SITE, Bench
from tests.services.people import ANNA, TOM, add

_APPLICATION: list[Flask] = []


@pytest.fixture
def bench(sqlite_bench: Bench, fixed_time: datetime) -> Bench:
    """A site that may compound at once."""
    return sqlite_bench


@pytest.fixture
def application(bench: Bench, tmp_path: Path) -> Iterator[Flask]:
    """The application that serves it."""
    with served(bench, tmp_path) as application:
        yield application


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """Anna, a pharmacist, who is signed in."""
    return signed_in(application)


@pytest.fixture
def tom(application: Flask) -> FlaskClient:
    """Tom, a technician, who is signed in."""
    return signed_in(application, TOM)


@pytest.fixture
def number(bench: Bench) -> str:
    """Our lot number of a batch of 1.5 mg that Anna planned."""
    order_number = bench.order("1.5 mg")
    with bench.database.reading() as reading:
        (row,) = batches_of_order(reading, SITE, order_number)
    return row.lot_number


def signed_in(application: Flask, person: Person = ANNA) -> FlaskClient:
    """Somebody who visits it, signed in."""
    client = application.test_client()
    database = application.extensions[EXTENSION].database
    with database.writing() as writing:
        found = people.find(writing, SITE, person.sign_in_name)
        person_id = found.person_id if found else add(writing, person)
        token = start_session(writing, person_id, at=clock.now())
    with client.session_transaction() as session:
        session[TOKEN] = token
    return client


@contextmanager
def served(bench: Bench, home: Path, **changes: Any) -> Iterator[Flask]:
    """The application on a bench that stands already; one of its own where its settings are unusual."""
    url = bench.database.engine.url.render_as_string(hide_password=False)
    usual = Settings(home=home, database_url=url, keys=home / "keys", site=SITE, hosts=LOOPBACK_NAMES)
    application = create_app(replace(usual, **changes)) if changes else _usual_application(usual)
    before, config = application.extensions[EXTENSION], dict(application.config)
    at_work = before if changes else Workspace(settings=usual, database=open_workspace(usual, at=clock.now()))
    application.extensions[EXTENSION] = at_work
    yield application
    application.extensions[EXTENSION] = before
    application.config.update(config)
    at_work.database.close()


def _usual_application(settings: Settings) -> Flask:
    """One for all the tests of a process, for its pages take longer to register than most tests last."""
    if not _APPLICATION:
        _APPLICATION.append(create_app(settings))
        _APPLICATION[0].extensions[EXTENSION].database.close()
    return _APPLICATION[0]


@pytest.fixture
def application_behind_tls(bench: Bench, tmp_path: Path) -> Iterator[Flask]:
    """The application as it stands behind a server with TLS."""
    with served(bench, tmp_path, is_behind_tls=True) as application:
        yield application
