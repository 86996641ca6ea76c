"""The report of a check: what a pharmacy signs and files says what was asked, found, and by whom."""

from dataclasses import replace
from pathlib import Path

import pytest

from compounder.checking.checks import Ground, Result
from compounder.checking.hazards import hazards
from compounder.checking.report import BY_HAND, report_of
from compounder.checking.running import CHECKS
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_qualification
from tests.checking.grounds import a_ground
from tests.printing.reading import pages, run_together


@pytest.fixture(scope="module")
def ground(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A new workspace."""
    return a_ground(sqlite_template, tmp_path_factory.mktemp("report"))


def results(*failing: str) -> list[Result]:
    """Every check, passed but for these."""
    return [
        Result(check=each, found=f"Found of {each.number}.", has_passed=each.number not in failing, seconds=0.04)
        for each in CHECKS
    ]


def test_every_check_stands_on_it_with_risk_test_and_result_and_pages_are_counted(ground: Ground) -> None:
    read = pages(render_qualification(report_of(results(), ground, "Clara Kühn"), Paper.A4))
    words = run_together(" ".join(read))
    for check in CHECKS:
        for said in (check.number, check.requirement, check.test, f"Found of {check.number}."):
            assert run_together(said) in words
        for number in check.hazards:
            assert run_together(f"{number} {hazards()[number].goes_wrong}") in words
    for said in (
        f"All {len(CHECKS)} checks passed",
        "run by Clara Kühn",
        "Reviewed and accepted by (another person)",
        *BY_HAND,
    ):
        assert run_together(said) in words
    assert [page.count(f"Page {number} of {len(read)}") for number, page in enumerate(read, 1)] == [1] * len(read)


def test_what_failed_is_named_first_and_in_its_line(ground: Ground) -> None:
    document = report_of(results("IQ6", "OQ12"), ground, "")
    assert (document.outcome, document.has_passed) == (f"2 of {len(CHECKS)} checks FAILED", False)
    assert document.failed == ("IQ6 Keys are their owner's only, and sign", "OQ12 Labels say what the record says")
    lines = [line for part in document.parts for line in part.checks]
    assert [(line.number, line.result) for line in lines if not line.has_passed] == [("IQ6", "FAIL"), ("OQ12", "FAIL")]
    assert [part.heading for part in document.parts] == ["Installation qualification", "Operational qualification"]


def test_a_workspace_that_cannot_be_read_gets_a_report_as_well(ground: Ground, tmp_path: Path) -> None:
    elsewhere = replace(ground.where, home=tmp_path, database_url=f"sqlite:///{tmp_path / 'none.db'}")
    assert report_of(results("IQ4"), replace(ground, where=elsewhere), "").pharmacy == ""


def test_every_number_is_there_once_and_every_hazard_is_known() -> None:
    numbers = [check.number for check in CHECKS]
    assert len(set(numbers)) == len(numbers)
    assert {number for check in CHECKS for number in check.hazards} - hazards().keys() == set()
    assert all(check.hazards for check in CHECKS)
