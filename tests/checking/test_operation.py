"""Each check of the operation passes in a whole program, and fails where the very thing that it looks at is broken.

One scratch pharmacy went all the way; a test that breaks what was made there breaks a copy.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compounder.checking import keeping, papers
from compounder.checking.checks import Ground, Part, require_refused
from compounder.checking.running import CHECKS
from compounder.checking.scratch import Scratch
from compounder.domain.batch import potency
from compounder.domain.errors import CompoundingError
from compounder.instruments import mt_sics
from compounder.printing import codes, press
from compounder.services import calculations, releasing, verifying, weighing
from compounder.services.proving import Verification
from tests.checking.grounds import a_ground, fails, outcome

OPERATION = [each.number for each in CHECKS if each.part is Part.OPERATION]
"""In their order: each may need what the ones before it made."""


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A pharmacy in which a batch was released."""
    ground = a_ground(sqlite_template, tmp_path_factory.mktemp("check"))
    with closing(ground.scratch):
        yield ground


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Iterator[Ground]:
    """One in which nothing was done yet."""
    ground = a_ground(sqlite_template, tmp_path)
    with closing(ground.scratch):
        yield ground


def test_everything_passes_in_a_program_that_is_whole(whole: Ground) -> None:
    results = [outcome(number, whole) for number in OPERATION]
    assert [(each.check.number, each.found) for each in results if not each.has_passed] == []


def test_a_formula_that_is_off_by_a_thousandth_is_found_twice(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    right = potency.moisture_term
    monkeypatch.setattr(potency, "moisture_term", lambda *given: right(*given) * Decimal("1.001"))
    assert fails("O1", whole, "is ")
    assert fails("O2", whole, "differs: potency")
