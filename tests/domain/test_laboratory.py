"""A laboratory's report: what a person must see in it, and how later reports stand beside earlier ones."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Severity
from compounder.domain.quality.content import ContentAssay, content_uniformity
from compounder.domain.quality.laboratory import LaboratoryReport, review_assay
from compounder.domain.record.finished import CapsulesAssayed, CapsulesDecided, Finished

PASSING, SCATTERED = ("99", "101") * 5, ("85", "115") * 5
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_report(**changes: Any) -> LaboratoryReport:
    return LaboratoryReport(**{"laboratory": "Example", "number": "L-7", "dated": date(2026, 11, 21), **changes})


def assayed(*percents: str, reason: str = "") -> CapsulesAssayed:
    """What an entry says of capsules that hold this much, in % of the label claim."""
    assay = ContentAssay(contents=tuple(Decimal(each) / 100 for each in percents), target=Decimal(1))
    found = content_uniformity(assay)
    return CapsulesAssayed(
        report=a_report(), assay=assay, uniformity=found, findings=review_assay(found), reason=reason
    )


def entered(*said: CapsulesAssayed | CapsulesDecided, plan: int = 1) -> Finished:
    finished = Finished(plan_number=plan)
    for number, each in enumerate(said, start=1):
        finished = finished.after(number, each, "Tom", NOON)
    return finished


def test_an_assay_that_passes_leaves_nothing_to_decide() -> None:
    assert entered(assayed(*PASSING)).waiting == ()


def test_ten_that_do_not_pass_wait_for_twenty_more_or_a_decision() -> None:
    (finding,) = entered(assayed(*SCATTERED)).waiting
    assert (finding.severity, finding.code) == (Severity.DECIDE, "assay-twenty-more")
    assert (
        finding.message
        == "The acceptance value of 10 units is 37.9; at most 15.0 is accepted. Assay twenty more units."
    )


def test_thirty_that_fail_are_told_by_all_that_fails() -> None:
    (finding,) = entered(assayed(*SCATTERED, *("50", "150") * 10)).waiting
    assert finding.code == "assay-failed"
    assert finding.message.startswith("The acceptance value of 30 units is ")
    assert "is farthest from M" in finding.message
    assert "10 units" not in finding.message


def test_twenty_more_take_the_first_ten_findings_place() -> None:
    first, both = assayed(*SCATTERED), assayed(*SCATTERED, *("100",) * 20)
    assert both.continues(first)
    assert not assayed(*PASSING, *("100",) * 20).continues(first)
    assert not first.continues(first)
    assert [each.code for each in entered(first, both).waiting] == ["assay-failed"]
    saved = assayed("92", "108", *("100",) * 8, *("100",) * 20)
    assert entered(first, saved).waiting == ()


def test_the_acceptance_value_is_the_last_stages() -> None:
    """Ten: 2.4 × 15.811 = 37.9. Thirty: 2.0 × √(10 × 15² ÷ 29) = 17.6."""
    assert assayed(*SCATTERED).acceptance_value == "37.9"
    assert assayed(*SCATTERED, *("100",) * 20).acceptance_value == "17.6"


def test_an_assay_says_who_entered_it_and_when() -> None:
    (told,) = entered(assayed(*PASSING)).every_assayed
    assert (told.number, told.name, told.at) == (1, "Tom", NOON)


def test_an_assay_holds_under_every_plan_of_its_batch() -> None:
    """The label claim is the same; a failing assay does not go away with another plan."""
    assert [each.code for each in entered(assayed(*SCATTERED), plan=2).waiting] == ["assay-twenty-more"]


def test_a_decision_on_an_assay_is_of_these_figures() -> None:
    first = assayed(*SCATTERED)
    decided = CapsulesDecided(findings=first.findings, reason="The laboratory weighed one of them wrongly")
    assert entered(first, decided).waiting == ()
    assert len(entered(first, decided, assayed("84", *SCATTERED[1:], reason="Misread")).waiting) == 1


@pytest.mark.parametrize(
    "changes", [{"laboratory": " "}, {"number": ""}, {"number": "7" * 61}, {"dated": date(1800, 1, 1)}]
)
def test_a_report_without_a_name_a_number_or_a_day_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CompoundingError):
        a_report(**changes)
