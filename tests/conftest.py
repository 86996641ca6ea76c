"""How the tests run, and the one thing they fake: the clock. The real parts they drive are in `fixtures/`."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import time_machine

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.benches",
    "tests.fixtures.compiled",
    "tests.fixtures.passwords",
    "tests.fixtures.served",
    "tests.fixtures.browser",
    "tests.fixtures.telling",
]

MEMORY, ENOUGH_MEMORY = Path("/dev/shm"), 4 * 2**30
LONG = bool(os.environ.get("COMPOUNDER_LONG"))

# No test may reach the workspace or the database of whoever runs it. That a run is long its other processes must know.
for name in [name for name in os.environ if name.startswith("COMPOUNDER_") and name != "COMPOUNDER_LONG"]:
    del os.environ[name]

# Databases are made in memory where it has room for them: on a disk each commit, and each new database, takes ten times
# as long, and no test cuts the power.
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

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
