"""The recorder and the pharmacy, each made once for a test process."""

from pathlib import Path

import pytest

from tests.durability.pharmacy import Pharmacy, a_pharmacy
from tests.fixtures.recorder import built


@pytest.fixture(scope="session")
def recorder_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorder; where there is no compiler and none may be installed, the test fails and says so."""
    return built(tmp_path_factory.mktemp("recorder"), tmp_path_factory.getbasetemp().parent / "compiler.lock")


@pytest.fixture(scope="session")
def pharmacy(tmp_path_factory: pytest.TempPathFactory) -> Pharmacy:
    """A pharmacy on a disk that is safe; copy it before serving it."""
    return a_pharmacy(tmp_path_factory.mktemp("pharmacy") / "before")
