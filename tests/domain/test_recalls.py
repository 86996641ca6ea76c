"""Recalls as values: what a notice and a contact must say, what stays as it is, and how far a recall got."""

from dataclasses import replace
from datetime import date

import pytest

from compounder.domain.care.recall import (
    Answer,
    Contact,
    ContactWay,
    Effect,
    Notice,
    RecallClass,
    RecallSource,
    by_why,
    require_told_then,
    why_batch_stays,
    why_lot_stays,
    why_trituration_stays,
)
from compounder.domain.errors import OutOfBounds
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.domain.stock.lots import LotStatus
from tests.domain.refused import refused

NOTICE = Notice(
    recall_class=RecallClass.II,
    source=RecallSource.SUPPLIER,
    reference="R-2026-7",
    reason="Too much water",
    told="It may be weaker than it says.",
)
OURS = replace(NOTICE, source=RecallSource.OURS, reference="")
NO_NUMBER = '"the number of the notice" is missing; it is needed here.'
STARTED, TODAY = date(2026, 11, 21), date(2026, 11, 28)
CONTACT = Contact(
    patient="23456789ABCD", prescriber="", told_on=STARTED, way=ContactWay.TELEPHONE, answer=Answer.NONE_LEFT
)


@pytest.mark.parametrize(
    ("notice", "changes", "field_name", "sentence"),
    [
        (NOTICE, {"reason": " "}, "reason", '" " was read; a text of 1 to 500 printable letters is accepted.'),
        (NOTICE, {"told": ""}, "told", '"" was read; a text of 1 to 500 printable letters is accepted.'),
        (NOTICE, {"reference": ""}, "reference", NO_NUMBER),
        (OURS, {"source": RecallSource.AUTHORITY}, "reference", NO_NUMBER),
        (OURS, {"reference": " "}, "reference", '" " was read; a text of 1 to 120 printable letters is accepted.'),
        (CONTACT, {"patient": ""}, "patient", '"patient or prescriber" is missing; it is needed here.'),
        (CONTACT, {"prescriber": "Dr. Ada"}, "patient", '"patient or prescriber" is missing; it is needed here.'),
    ],
)
def test_what_a_notice_or_a_contact_leaves_open_is_refused(
    notice: Notice | Contact, changes: dict[str, object], field_name: str, sentence: str
) -> None:
    assert refused(notice, **changes) == (field_name, sentence)


def test_a_notice_of_another_has_a_number_and_ours_may_have_one() -> None:
    assert replace(OURS, reference="R-1").reference == "R-1"
    assert replace(NOTICE, source=RecallSource.AUTHORITY).reference == "R-2026-7"


@pytest.mark.parametrize("field_name", ["reason", "told"])
def test_a_reason_is_as_long_as_a_letter_has_room_for(field_name: str) -> None:
    assert refused(NOTICE, **{field_name: "r" * 501})[0] == field_name


@pytest.mark.parametrize("told_on", [STARTED, TODAY])
def test_somebody_is_told_between_the_start_of_a_recall_and_today(told_on: date) -> None:
    require_told_then(_told(told_on), STARTED, TODAY)


@pytest.mark.parametrize("told_on", [date(2026, 11, 20), date(2026, 11, 29)])
def test_nobody_is_told_before_a_recall_or_tomorrow(told_on: date) -> None:
    with pytest.raises(OutOfBounds) as refusal:
        require_told_then(_told(told_on), STARTED, TODAY)
    assert refusal.value.field_name == "told_on"
    assert str(refusal.value) == f"{told_on} was read; 2026-11-21 to 2026-11-28 is accepted."


def _told(on: date) -> Contact:
    return Contact(patient="", prescriber="Dr. Ada", told_on=on, way=ContactWay.LETTER, answer=Answer.TOLD)


def test_only_a_lot_in_use_is_held_back() -> None:
    assert {status: why_lot_stays(status) for status in LotStatus} == {
        LotStatus.IN_USE: "",
        LotStatus.QUARANTINED: "in quarantine already",
        LotStatus.USED_UP: "used up",
        LotStatus.REJECTED: "rejected",
    }


def test_every_batch_is_held_back_that_is_not_given_up_for_good_or_held_back_already() -> None:
    assert {status: why for status in BatchStatus if (why := why_batch_stays(status))} == {
        BatchStatus.QUARANTINED: "in quarantine already",
        BatchStatus.REJECTED: "rejected",
        BatchStatus.RECALLED: "recalled",
        BatchStatus.VOIDED: "voided",
    }


def test_a_trituration_that_is_no_lot_has_nothing_to_hold_back() -> None:
    assert why_trituration_stays(TriturationStatus.VOIDED) == "voided"
    assert why_trituration_stays(TriturationStatus.PLANNED) == "still to be made"


def test_what_is_left_as_it_is_is_listed_by_why() -> None:
    left = (("used up", "L1"), ("rejected", "L2"), ("used up", "L3"))
    assert by_why(left) == {"used up": ("L1", "L3"), "rejected": ("L2",)}


@pytest.mark.parametrize(("erased", "told"), [(0, ""), (2, "; 2 erased")])
def test_how_far_a_recall_got_is_told_in_people_and_capsules(erased: int, told: str) -> None:
    effect = Effect(patients=1200, reached=30, erased=erased, out=2400, back=60)
    assert str(effect) == f"30 of 1,200 patients reached{told}; 60 of 2,400 capsules came back."
