"""Findings that somebody decides on: who first, who as well, and what is not stored or released before."""

from dataclasses import replace
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.findings import Finding, caution, decide, stop
from compounder.domain.record.decisions import (
    SharedDecision,
    is_named,
    require_decided,
    require_second,
    shared_by,
    waiting,
)
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import Decision, require_storable, undecided
from tests.domain.orders import an_order
from tests.domain.records import AT, NUMBER, a_record, an_entry

UNUSUAL, OLD = decide("unusual-strength", "4 mg is unusual."), decide("old-lot", "The lot is old.")
STOP, CAUTION = stop("expired", "The lot is expired."), caution("month", "A month is left.")
RECORD = a_record(an_order())
"""Stored by Anna Müller."""


def decided(finding: Finding = UNUSUAL, name: str = "Tom Weber") -> Decision:
    return Decision(code=finding.code, name=name, reason="As prescribed")


def shared(*findings: Finding, name: str = "Clara Kühn") -> SharedDecision:
    return SharedDecision(codes=tuple(each.code for each in findings), name=name, reason="Seen", at=AT)


def a_batch(*findings: Finding, decisions: tuple[Decision, ...] = ()) -> Any:
    return replace(RECORD, plan=replace(RECORD.plan, findings=findings), decisions=decisions)


@pytest.mark.parametrize(("part", "other"), [("name", "reason"), ("reason", "name")])
def test_a_decision_has_a_name_and_a_reason(part: str, other: str) -> None:
    with pytest.raises(MissingKey, match=f'^"{part}" is missing'):
        Decision(**{"code": "unusual-strength", part: " \n", other: "Tom Weber"})


def test_a_plan_with_a_stop_or_an_undecided_finding_is_not_stored() -> None:
    plan = a_batch(CAUTION, UNUSUAL, OLD).plan
    require_storable(plan, (decided(), decided(OLD)))
    for decisions, said in (
        ((), "Nothing was stored. A name and a reason are needed: 4 mg is unusual."),
        ((decided(),), "Nothing was stored. A name and a reason are needed: The lot is old."),
    ):
        with pytest.raises(CompoundingError) as refused:
            require_storable(plan, decisions)
        assert str(refused.value) == said
    with pytest.raises(CompoundingError, match=r"^Nothing was stored\. The lot is expired\.$"):
        require_storable(a_batch(UNUSUAL, STOP).plan, (decided(),))
    assert undecided(plan, (decided(OLD),)) == (UNUSUAL,)


@pytest.mark.parametrize(
    ("decisions", "also", "waits"),
    [
        ((decided(),), (), True),
        ((decided(),), (shared(UNUSUAL),), False),
        ((decided(),), (shared(OLD),), True),
        ((decided(),), (shared(OLD, UNUSUAL),), False),
        ((decided(),), (shared(UNUSUAL, name=" tom weber"),), True),
        ((decided(), decided(name="Clara Kühn")), (), True),
        ((decided(OLD),), (shared(UNUSUAL),), True),
        ((), (shared(UNUSUAL), shared(UNUSUAL, name="Olga Nowak")), False),
    ],
)
def test_a_finding_waits_until_a_second_person_shares_its_decision(
    decisions: tuple[Decision, ...], also: tuple[SharedDecision, ...], waits: bool
) -> None:
    assert waiting(a_batch(CAUTION, UNUSUAL, decisions=decisions), also) == ((UNUSUAL,) if waits else ())


def test_a_batch_on_which_one_person_alone_has_decided_waits_for_another() -> None:
    require_decided(a_batch(CAUTION), ())
    require_decided(a_batch(UNUSUAL, decisions=(decided(),)), (shared(UNUSUAL),))
    for decisions, first in (((decided(),), "Tom Weber"), ((), "Anna Müller")):
        with pytest.raises(CompoundingError) as refused:
            require_decided(a_batch(UNUSUAL, decisions=decisions), ())
        assert str(refused.value) == (
            f"Batch {NUMBER} waits: a pharmacist or owner other than {first} has to share its decision."
        )


@pytest.mark.parametrize(
    ("name", "did"),
    [("anna müller", "planned"), ("Tom  Weber ", "decided already on"), ("Clara Kühn", "decided already on")],
)
def test_whoever_planned_or_decided_is_not_the_second(name: str, did: str) -> None:
    record, also = a_batch(UNUSUAL, decisions=(decided(),)), (shared(UNUSUAL),)
    require_second(record, also, "Olga Nowak")
    with pytest.raises(CompoundingError) as refused:
        require_second(record, also, name)
    assert str(refused.value) == f"{name} {did} batch {NUMBER}; somebody else has to do this."


def test_a_name_is_the_same_name_however_it_is_written() -> None:
    assert is_named("TOM WEBER", ["Anna Müller", "Tom Weber"])
    assert not is_named("Tom", ["Tom Weber"])


def test_an_entry_tells_who_shared_which_decisions_and_why() -> None:
    entry = an_entry(EntryKind.DECISION_SHARED, by="Clara Kühn", codes=["unusual-strength", "old-lot"], reason="Seen")
    assert shared_by(entry) == shared(UNUSUAL, OLD)
