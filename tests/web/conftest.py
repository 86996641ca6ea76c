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

from compounder.settings import LOOPBACK_NAMES, Settings
from compounder.web import create_app
from compounder.web.workspace import EXTENSION
from tests.services.orders import SITE, Bench, a_bench


@pytest.fixture
def bench(sqlite_url: str, fixed_time: datetime) -> Iterator[Bench]:
    """A site that may compound at once."""
    made = a_bench(sqlite_url)
    yield made
    made.database.close()


@pytest.fixture
def application(bench: Bench, tmp_path: Path) -> Iterator[Flask]:
    """The application that serves it."""
    with served(bench, tmp_path) as application:
        yield application


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """Somebody who visits it."""
    return application.test_client()


@contextmanager
def served(bench: Bench, home: Path, **changes: Any) -> Iterator[Flask]:
    """The application on a bench that stands already."""
    url = bench.database.engine.url.render_as_string(hide_password=False)
    usual = Settings(home=home, database_url=url, keys=home / "keys", site=SITE, hosts=LOOPBACK_NAMES)
    application = create_app(replace(usual, **changes))
    yield application
    application.extensions[EXTENSION].database.close()
