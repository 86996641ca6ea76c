"""A machine elsewhere."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own clock is five hours behind UTC, as long as the test runs."""
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
