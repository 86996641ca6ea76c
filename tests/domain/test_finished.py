"""Finished capsules as entries tell of them, one after the other."""

from datetime import UTC, datetime
from typing import Any

import pytest

from compounder.domain.findings import Finding, decide
from compounder.domain.quality.verdict import Verdict
from compounder.domain.record.decisions import SamePerson
from compounder.domain.record.finished import (
    CapsulesCounted,
    CapsulesDecided,
    CapsulesUndecided,
    CapsulesWeighed,
    Entered,
    Finished,
    require_capsules_decided,
    require_somebody_else,
)
from tests.domain.inspections import NETS, a_reconciliation, net_weights

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FAILED, LOST = decide("net-weight-failed", "Capsule 1 holds 112 %."), decide("powder-loss-above-limit", "Loss is 4 %.")


def weighed(*findings: Finding, plan: int = 1, reason: str = "") -> CapsulesWeighed:
    verdict = Verdict(results=(), findings=findings)
    return CapsulesWeighed(weights=net_weights(*NETS), rules=(), verdict=verdict, reason=reason, plan_number=plan)


def counted(*findings: Finding) -> CapsulesCounted:
    verdict = Verdict(results=(), findings=findings)
    return CapsulesCounted(count=a_reconciliation(), verdict=verdict, reason="", plan_number=1)


def told(*said: CapsulesWeighed | CapsulesCounted | CapsulesDecided, by: str = "Tom", plan: int = 1) -> Finished:
    """Entries 1, 2 … of the same person."""
    finished = Finished(plan_number=plan)
    for number, each in enumerate(said, start=1):
        finished = finished.after(number, each, by, NOON)
    return finished


def test_nothing_entered_waits_for_nothing() -> None:
    assert (Finished().weighed, Finished().verdict, Finished().waiting) == (None, None, ())
    require_capsules_decided(Finished(), "261121A001K")


def test_each_entry_is_told_with_who_entered_it_and_when() -> None:
    decided = CapsulesDecided(findings=(FAILED,), reason="Taken out")
    finished = told(weighed(), counted(), decided)
    every: tuple[Entered[Any], ...] = (*finished.every_weighed, *finished.every_counted, *finished.decided)
    assert [(each.number, each.name, each.at) for each in every] == [(number, "Tom", NOON) for number in (1, 2, 3)]
    again = told(counted(FAILED), counted(LOST)).counted
    assert again is not None
    assert (again.number, again.said.verdict.findings) == (2, (LOST,))


def test_the_newest_verdict_counts() -> None:
    assert told(weighed(FAILED), counted(FAILED, LOST)).waiting == (FAILED, LOST)
    assert told(weighed(FAILED), counted(FAILED, LOST), weighed(LOST, reason="Again")).waiting == (LOST,)


def test_a_decision_is_of_findings_as_they_are_worded() -> None:
    decided = CapsulesDecided(findings=(FAILED,), reason="Taken out")
    assert told(weighed(FAILED), decided).waiting == ()
    assert told(weighed(FAILED), decided, counted(FAILED, LOST)).waiting == (LOST,)
    with pytest.raises(CapsulesUndecided, match=r"Batch 261121A001K waits .* capsules\. Loss is 4 %\."):
        require_capsules_decided(told(weighed(FAILED), decided, counted(FAILED, LOST)), "261121A001K")


def test_weights_of_another_plan_hold_no_more_and_stay_readable() -> None:
    finished = told(weighed(FAILED), counted(FAILED), plan=2)
    assert (finished.weighed, finished.counted, finished.waiting) == (None, None, ())
    assert (len(finished.every_weighed), len(finished.every_counted)) == (1, 1)
    again = finished.after(3, weighed(plan=2), "Tom", NOON)
    assert again.weighed is not None
    assert again.weighed.number == 3


@pytest.mark.parametrize("name", ["Tom", " tom "])
def test_whoever_entered_the_figures_is_not_who_decides(name: str) -> None:
    finished = told(weighed(FAILED))
    assert finished.entered_by == ("Tom",)
    with pytest.raises(SamePerson) as refused:
        require_somebody_else(finished, "261121A001K", name)
    said = f"{name} entered the capsules of batch 261121A001K; somebody else has to do this."
    assert str(refused.value) == said
    require_somebody_else(finished, "261121A001K", "Clara")
