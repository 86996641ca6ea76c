"""How the tests run, and the one thing they fake: the clock. The real parts they drive are in `fixtures/`."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
import time_machine

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.benches",
    "tests.fixtures.templates",
    "tests.fixtures.served",
    "tests.fixtures.browser",
]

LONG = bool(os.environ.get("COMPOUNDER_LONG"))

# No test may reach the workspace or the database of whoever runs it.
for name in [name for name in os.environ if name.startswith("COMPOUNDER_")]:
    del os.environ[name]

# What the tests load stays loaded: looking through all of it for garbage takes a fifth of their time.
gc.set_threshold(100_000, 50, 50)

hypothesis.settings.register_profile("gate", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=20_000, print_blob=True)
hypothesis.settings.load_profile("long" if LONG else "gate")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that take minutes to `make test-long`."""
    if not LONG:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture
def fixed_time() -> Iterator[datetime]:
    """Half past nine in the morning, UTC, on Saturday 21 November 2026, for as long as the test runs."""
    moment = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        yield moment
