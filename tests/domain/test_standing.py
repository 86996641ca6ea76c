"""Where a batch stands: which act is possible from where, and where each leads."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.standing import FINAL, HELD, STEPS, Place, Standing, StatusForbids, standing
from tests.domain import records

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
VERIFIED, RELEASED = EntryKind.BATCH_VERIFIED, EntryKind.BATCH_RELEASED
QUARANTINED, FREED, REJECTED = EntryKind.BATCH_QUARANTINED, EntryKind.BATCH_FREED, EntryKind.BATCH_REJECTED
RECALLED, VOIDED, AMENDED = EntryKind.BATCH_RECALLED, EntryKind.BATCH_VOIDED, EntryKind.BATCH_AMENDED
WEIGHED, DISCARDED = EntryKind.BATCH_WEIGHED, EntryKind.WEIGHING_DISCARDED
SHARED = EntryKind.DECISION_SHARED
REVISED, NOT_REVISED = EntryKind.PLAN_REVISED, EntryKind.PLAN_NOT_REVISED


def place_after(*acts: EntryKind) -> Place:
    """Where a batch stands after these, the reason of each its own name."""
    place = Place()
    for act in acts:
        place = place.after(act, act.value, "261121A001K")
    return place


@pytest.mark.parametrize(
    ("acts", "status", "reason"),
    [
        ([], "planned", ""),
        ([VERIFIED], "verified", ""),
        ([VERIFIED, RELEASED], "released", ""),
        ([VERIFIED, AMENDED], "planned", ""),
        ([VERIFIED, REVISED], "planned", ""),
        ([VERIFIED, RELEASED, AMENDED], "quarantined", "batch-amended"),
        ([VERIFIED, RELEASED, AMENDED, FREED], "planned", ""),
        ([VERIFIED, RELEASED, QUARANTINED, FREED], "released", ""),
        ([VERIFIED, QUARANTINED], "quarantined", "batch-quarantined"),
        ([VERIFIED, QUARANTINED, FREED], "verified", ""),
        ([VERIFIED, QUARANTINED, AMENDED], "quarantined", "batch-quarantined"),
        ([VERIFIED, QUARANTINED, AMENDED, FREED], "planned", ""),
        ([QUARANTINED, REJECTED], "rejected", "batch-rejected"),
        ([VERIFIED, RELEASED, RECALLED], "recalled", "batch-recalled"),
        ([VERIFIED, RELEASED, AMENDED, RECALLED], "recalled", "batch-recalled"),
        ([VERIFIED, RELEASED, AMENDED, FREED, VERIFIED, RELEASED], "released", ""),
        ([WEIGHED], "in-making", ""),
        ([DISCARDED], "in-making", ""),
        ([WEIGHED, WEIGHED, DISCARDED, WEIGHED, VERIFIED], "verified", ""),
        ([WEIGHED, AMENDED], "in-making", ""),
        ([WEIGHED, VERIFIED, AMENDED], "in-making", ""),
        ([WEIGHED, QUARANTINED, FREED], "in-making", ""),
        ([WEIGHED, VERIFIED, RELEASED, AMENDED, FREED], "in-making", ""),
        ([WEIGHED, VOIDED], "voided", "batch-voided"),
        ([WEIGHED, REJECTED], "rejected", "batch-rejected"),
        ([NOT_REVISED], "planned", "plan-not-revised"),
        ([NOT_REVISED, QUARANTINED, FREED], "planned", "plan-not-revised"),
        ([NOT_REVISED, VOIDED], "voided", "batch-voided"),
    ],
)
def test_acts_lead_where_the_house_rules_say(acts: list[EntryKind], status: str, reason: str) -> None:
    place = place_after(*acts)
    assert (place.status, place.reason) == (status, reason)


@pytest.mark.parametrize(
    ("acts", "act", "sentence"),
    [
        ([], RELEASED, "Batch 261121A001K is planned; only a verified one is released."),
        ([VERIFIED, RELEASED], REJECTED, "only a planned, in-making, verified or quarantined one is rejected."),
        ([VERIFIED, RELEASED], VOIDED, "only a planned, in-making or verified one that was never released is voided."),
        ([QUARANTINED], RECALLED, "only a released or quarantined one that was released once is recalled."),
        ([VERIFIED, RELEASED, AMENDED, FREED], VOIDED, "that was never released is voided."),
        ([VERIFIED], WEIGHED, "Batch 261121A001K is verified; only a planned or in-making one is weighed."),
        ([VERIFIED], DISCARDED, "only a planned or in-making one is weighed anew."),
        ([], FREED, "Batch 261121A001K is planned; only a quarantined one is freed."),
        ([VOIDED], AMENDED, "only a planned, in-making, verified, released or quarantined one is amended."),
        ([VOIDED], REVISED, "only a planned, in-making, verified, released or quarantined one is planned anew."),
        ([VOIDED], NOT_REVISED, "only a planned, in-making, verified, released or quarantined one is planned anew."),
    ],
)
def test_what_is_not_possible_is_refused_in_a_sentence(acts: list[EntryKind], act: EntryKind, sentence: str) -> None:
    with pytest.raises(StatusForbids) as refused:
        place_after(*acts, act)
    assert sentence in str(refused.value)
    assert len(str(refused.value).split()) <= 20


@pytest.mark.parametrize("end", sorted(FINAL))
def test_nothing_follows_an_end(end: BatchStatus) -> None:
    ended = Place(status=end, was_released=end is BatchStatus.RECALLED)
    assert [act for act in STEPS if ended.allows(act)] == []


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_every_history_keeps_the_rules(acts: list[EntryKind]) -> None:
    """What was not possible changes nothing and is named; what is held has a reason; release needs a verification."""
    now = standing(history(acts))
    steps, verified = Place(), False
    for act in acts:
        if steps.allows(act):
            steps = steps.after(act, act.value, "261121A001K")
            verified = act is VERIFIED or (verified and act not in (AMENDED, REVISED, NOT_REVISED))
        assert steps.status is not BatchStatus.RELEASED or verified
    assert now.place == steps
    assert len(now.impossible) == len(acts) - sum(1 for _ in possible(acts))
    assert bool(now.place.held_because) == (now.status in HELD)


def possible(acts: list[EntryKind]) -> list[EntryKind]:
    """Those of the acts that the status before each allowed."""
    done: list[EntryKind] = []
    for act in acts:
        if place_after(*done).allows(act):
            done.append(act)
    return done


def history(acts: list[EntryKind]) -> list[JournalEntry]:
    """The entries of a batch that was planned, and then these; each act is somebody else's."""
    numbers = count(7)
    return [an_entry(next(numbers), EntryKind.BATCH_PLANNED), *(an_entry(next(numbers), act) for act in acts)]


def an_entry(number: int, kind: EntryKind) -> JournalEntry:
    """An entry of this kind with all that it has to say."""
    said = {"reason": kind.value, "what": "remark", "label": "Mortar", "old": "", "new": f"Marble {number}"}
    document = json.dumps(said | {"plan_number": number} if kind is REVISED else said)
    return JournalEntry(
        number=number,
        at=AT,
        actor=Actor(name=f"Person {number}", is_authenticated=True),
        site="A",
        subject="261121A001K",
        kind=kind,
        document=document,
    )


def test_a_standing_says_who_made_it_and_who_moved_it_last() -> None:
    now = standing(history([AMENDED, VERIFIED]))
    assert (now.makers, now.moved_by, now.moved_at) == (("Person 7", "Person 8"), "Person 9", AT)


def test_a_signature_covers_what_stood_when_it_was_made() -> None:
    now = standing(history([AMENDED, VERIFIED, REVISED, VERIFIED]))
    first, second = now.signatures
    assert (first.covers, first.plan_number, len(first.amendments_sha256)) == (False, 1, 1)
    assert (second.covers, second.plan_number, len(second.amendments_sha256)) == (True, 10, 1)


def test_a_signature_vouches_for_the_making_as_it_was_then() -> None:
    weighed, counted = EntryKind.BATCH_WEIGHED, EntryKind.CAPSULES_COUNTED
    now = standing(history([weighed, counted, VERIFIED, counted]))
    assert len(now.signatures[0].made_sha256) == 2
    assert now.made_sha256[:2] == now.signatures[0].made_sha256
    assert len(now.made_sha256) == 3


def test_a_name_that_was_typed_is_told_from_one_who_had_signed_in() -> None:
    planned = an_entry(7, EntryKind.BATCH_PLANNED)
    typed = replace(planned, actor=Actor(name="Anna Müller", is_authenticated=False))
    assert [standing([each]).is_typed for each in (planned, typed)] == [False, True]
    assert standing([typed]).makers == ("Anna Müller",)


def test_who_shared_a_decision_is_kept_and_moves_nothing() -> None:
    first, second = (records.an_entry(SHARED, by=who, codes=["x"], reason="Seen") for who in ("Clara", "Olga"))
    now = standing([*history([VERIFIED]), first, second])
    assert ([(each.name, each.codes) for each in now.shared], now.status) == (
        [("Clara", ("x",)), ("Olga", ("x",))],
        BatchStatus.VERIFIED,
    )


def amended(what: str, old: str, new: str) -> JournalEntry:
    return records.an_entry(AMENDED, what=what, label="", old=old, new=new, reason="Miscounted")


def revised(number: int) -> JournalEntry:
    return records.an_entry(REVISED, plan_number=number, reason="Weaker stock")


def test_each_amendment_is_kept_and_a_count_of_capsules_ends_with_its_plan() -> None:
    counted, day = amended("capsules made", "103", "101"), amended("beyond-use date", "2027-11-20", "2027-06-30")
    now = standing([counted, day, revised(2)])
    assert [(each.new, each.ended_with) for each in now.amendments] == [("101", 1), ("2027-06-30", 0)]
    again = standing([counted, revised(2), amended("capsules made", "103", "100"), revised(3)])
    assert [(each.new, each.ended_with) for each in again.amendments] == [("101", 1), ("100", 2)]


def test_a_plan_that_could_not_be_revised_ends_no_amendment() -> None:
    now = standing([amended("capsules made", "103", "101"), records.an_entry(NOT_REVISED, reason="Too weak")])
    assert [each.ended_with for each in now.amendments] == [0]
    assert (now.plan_number, now.reason) == (1, "Too weak")


def test_a_batch_held_by_a_plan_that_gives_no_reason_has_none() -> None:
    now = standing([*history([VERIFIED, RELEASED]), records.an_entry(REVISED, plan_number=2)])
    assert (now.status, now.reason) == (BatchStatus.QUARANTINED, "")


def test_a_batch_without_entries_stands_nowhere_yet() -> None:
    assert standing([]) == Standing()
