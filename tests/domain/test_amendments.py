"""Amendments: what may be corrected, within which bounds, and what holds of the record from then on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.errors import CompoundingError
from compounder.domain.record.amendments import (
    Amended,
    Amendment,
    Correction,
    Here,
    after_revision,
    amend,
    amendment_of,
    as_amended,
    earliest,
    made_on,
)
from compounder.domain.record.journal import EntryKind
from compounder.domain.stock.equipment import ElectronicBalance
from tests.domain.orders import CELLULOSE, HYDROCHLORIDE, Document, a_balance, an_order
from tests.domain.records import AT, a_record, an_entry

WHY = "Written down wrongly"
BEYOND_USE, MADE_ON, COUNT = Amended.BEYOND_USE_DATE, Amended.COMPOUNDED_ON, Amended.CAPSULES_MADE
BALANCE, REMARK = Amended.BALANCE, Amended.REMARK
RECORD = a_record(an_order())
"""A hundred capsules, 450.0 mg of drug and 11,700.0 mg of cellulose, of 21 November 2026, to be used for 180 days:
until 19 May 2027, the day of compounding being the first."""


def balance(name: str, **changes: Any) -> ElectronicBalance:
    return read(a_balance(name=name, **changes), ElectronicBalance)


BALANCES = (
    balance("B1"),
    balance("just fine enough", repeatability="2.25 mg"),  # 2 × 2.25 mg ÷ 0.01 = 450 mg
    balance("too coarse", repeatability="2.26 mg"),  # 452 mg
    balance("just large enough", capacity="450 mg"),
    balance("too small", capacity="449 mg"),
)
HERE = Here(on=date(2026, 11, 23), balances=BALANCES)


def correction(what: Amended, value: str, label: str = "", reason: str = WHY) -> Correction:
    return Correction(what=what, label=label, value=value, reason=reason)


def an_amendment(what: Amended, new: str, **changes: Any) -> Amendment:
    usual: dict[str, Any] = {"label": "", "old": "", "reason": WHY, "name": "Tom Weber", "at": AT}
    return Amendment(what=what, new=new, **(usual | changes))


def amended(*before: Amendment, **asked: Any) -> Mapping[str, str]:
    return amend(RECORD, before, correction(**asked), HERE)


@pytest.mark.parametrize(
    ("what", "value", "old", "holds"),
    [
        (BEYOND_USE, "2027-03-31", "2027-05-19", "2027-03-31"),
        (BEYOND_USE, "2026-11-21", "2027-05-19", "2026-11-21"),
        (MADE_ON, "2026-11-20", "2026-11-21", "2027-05-18"),
        (MADE_ON, "2025-11-20", "2026-11-21", "2026-05-18"),  # 366 days before, and 180 days from then
        (MADE_ON, "2026-11-23", "2026-11-21", "2027-05-19"),  # a later day puts nothing off
    ],
)
def test_a_day_is_amended_and_the_beyond_use_date_is_never_later(
    what: Amended, value: str, old: str, holds: str
) -> None:
    said = {"what": what, "label": "", "old": old, "new": value, "reason": WHY, "beyond_use_date": holds}
    assert amended(what=what, value=value) == said


@pytest.mark.parametrize(
    ("what", "label", "value", "old"),
    [
        (COUNT, "", "0", "100"),
        (COUNT, "", "110", "100"),
        (BALANCE, HYDROCHLORIDE, "just fine enough", "B1"),
        (BALANCE, HYDROCHLORIDE, "just large enough", "B1"),
        (BALANCE, CELLULOSE, "too coarse", "B1"),
        (REMARK, "m" * 60, "w" * 500, ""),
    ],
)
def test_what_is_no_day_is_amended_with_what_it_is_of(what: Amended, label: str, value: str, old: str) -> None:
    said = {"what": what, "label": label, "old": old, "new": value, "reason": WHY}
    assert amended(what=what, label=label, value=value) == said


def test_what_needs_no_name_is_kept_without_one() -> None:
    assert amended(what=COUNT, label="Mortar", value="99")["label"] == ""


ANOTHER = "another value than the one that stands is accepted."
FIT = "B1 or just fine enough or just large enough is accepted."


@pytest.mark.parametrize(
    ("asked", "field_name", "said"),
    [
        ((BEYOND_USE, "2026-11-20"), "value", "20 Nov 2026 was read; 21 Nov 2026 to 19 May 2027 is accepted."),
        ((BEYOND_USE, "2027-05-20"), "value", "20 May 2027 was read; 21 Nov 2026 to 19 May 2027 is accepted."),
        ((BEYOND_USE, "2027-05-19"), "value", f'"2027-05-19" was read; {ANOTHER}'),
        ((MADE_ON, "2025-11-19"), "value", "19 Nov 2025 was read; 20 Nov 2025 to 23 Nov 2026 is accepted."),
        ((MADE_ON, "2026-11-24"), "value", "24 Nov 2026 was read; 20 Nov 2025 to 23 Nov 2026 is accepted."),
        ((MADE_ON, "2026-11-21"), "value", f'"2026-11-21" was read; {ANOTHER}'),
        ((COUNT, "111"), "value", "111 was read; 0 to 110 is accepted."),
        ((COUNT, "100"), "value", f'"100" was read; {ANOTHER}'),
        ((BALANCE, "too coarse", HYDROCHLORIDE), "value", f'"too coarse" was read; {FIT}'),
        ((BALANCE, "too small", HYDROCHLORIDE), "value", f'"too small" was read; {FIT}'),
        ((BALANCE, "B1", HYDROCHLORIDE), "value", f'"B1" was read; {ANOTHER}'),
        (
            (BALANCE, "B1", "water"),
            "label",
            f'"water" was read; {HYDROCHLORIDE} or {CELLULOSE} is accepted.',
        ),
        ((REMARK, "White", ""), "label", None),
        ((REMARK, "White", "m" * 61), "label", None),
        ((REMARK, " ", "Mortar"), "value", None),
        ((REMARK, "w" * 501, "Mortar"), "value", None),
        ((COUNT, "99", "", " "), "reason", None),
    ],
)
def test_a_correction_that_is_none_is_refused_at_its_field(
    asked: tuple[Any, ...], field_name: str, said: str | None
) -> None:
    with pytest.raises(CompoundingError) as refused:
        amend(RECORD, (), correction(*asked), HERE)
    assert getattr(refused.value, "field_name", "") == field_name
    assert said is None or str(refused.value) == said


def test_a_tenth_more_capsules_is_whole_capsules() -> None:
    """113.3 capsules are a tenth more than 103."""
    record = a_record(an_order(capsules=103))
    assert amend(record, (), correction(COUNT, "113"), HERE)["new"] == "113"
    with pytest.raises(CompoundingError, match=r"^114 was read; 0 to 113 is accepted\.$"):
        amend(record, (), correction(COUNT, "114"), HERE)


def test_a_second_amendment_starts_from_the_first_of_the_same() -> None:
    before = (
        an_amendment(COUNT, "99"),
        an_amendment(COUNT, "98"),
        an_amendment(BALANCE, "B7", label=CELLULOSE),
        an_amendment(COUNT, "97", ended_with=1),
    )
    assert amended(*before, what=COUNT, value="100")["old"] == "98"
    assert amended(*before, what=BALANCE, label=HYDROCHLORIDE, value="just fine enough")["old"] == "B1"
    assert amended(*before, what=BALANCE, label=CELLULOSE, value="B1")["old"] == "B7"
    assert amended(*before[3:], what=COUNT, value="99")["old"] == "100"


def test_an_amended_day_bounds_the_next_one() -> None:
    earlier = an_amendment(BEYOND_USE, "2027-03-31", beyond_use_date="2027-03-31")
    with pytest.raises(CompoundingError, match=r"1 Apr 2027 was read; 21 Nov 2026 to 31 Mar 2027 is accepted"):
        amended(earlier, what=BEYOND_USE, value="2027-04-01")
    assert amended(earlier, what=MADE_ON, value="2026-11-20")["beyond_use_date"] == "2027-03-31"


@pytest.mark.parametrize(
    ("amendment", "title", "shown"),
    [
        (an_amendment(BALANCE, "B2", label=CELLULOSE, old="B1"), f"balance for {CELLULOSE}", ("B1", "B2")),
        (an_amendment(REMARK, "The marble one", label="Mortar"), "Mortar", ("", "The marble one")),
        (an_amendment(COUNT, "99", old="100"), "capsules made", ("100", "99")),
        (an_amendment(COUNT, "99", old="100", ended_with=2), "capsules made, plan 2, since revised", ("100", "99")),
        (
            an_amendment(BEYOND_USE, "2027-03-31", old="2027-05-19"),
            "beyond-use date",
            ("19 May 2027", "31 Mar 2027"),
        ),
        (an_amendment(MADE_ON, "2026-11-20", old="2026-11-21"), "day of compounding", ("21 Nov 2026", "20 Nov 2026")),
    ],
)
def test_an_amendment_is_told_by_its_title_with_the_old_beside_the_new(
    amendment: Amendment, title: str, shown: tuple[str, str]
) -> None:
    assert (amendment.title, amendment.shown) == (title, shown)


def test_only_a_count_that_still_holds_ends_with_the_plan_that_is_revised() -> None:
    every = (an_amendment(COUNT, "99", ended_with=1), an_amendment(COUNT, "98"), an_amendment(REMARK, "White"))
    assert [each.ended_with for each in after_revision(every, 2)] == [1, 2, 0]


def test_an_entry_tells_what_was_amended_by_whom_and_when() -> None:
    said: Document = {"what": "beyond-use date", "label": "", "old": "2027-05-19", "new": "2027-03-31", "reason": WHY}
    entry = an_entry(EntryKind.BATCH_AMENDED, minutes=5, **said, beyond_use_date="2027-03-31")
    told = an_amendment(BEYOND_USE, "2027-03-31", old="2027-05-19", at=AT + timedelta(minutes=5))
    assert amendment_of(entry) == replace(told, beyond_use_date="2027-03-31")
    without = an_entry(EntryKind.BATCH_AMENDED, **(said | {"what": "remark", "label": "Mortar"}))
    assert (amendment_of(without).label, amendment_of(without).beyond_use_date) == ("Mortar", "")


LATER = an_amendment(MADE_ON, "2026-11-22", beyond_use_date="2027-05-19", reason="Made on Sunday")
EARLIER = an_amendment(BEYOND_USE, "2027-03-31", beyond_use_date="2027-03-31", reason="Damp")
COUNTED = an_amendment(COUNT, "99")


def test_the_earliest_beyond_use_date_holds_and_the_last_day_of_compounding() -> None:
    planned, day = RECORD.plan.beyond_use_date, RECORD.order.compounded_on
    assert [earliest(planned, told) for told in ((), (COUNTED,), (EARLIER, LATER))] == [
        date(2027, 5, 19),
        date(2027, 5, 19),
        date(2027, 3, 31),
    ]
    sooner = an_amendment(MADE_ON, "2026-11-20")
    assert [made_on(day, told) for told in ((), (EARLIER, COUNTED), (sooner, LATER))] == [
        date(2026, 11, 21),
        date(2026, 11, 21),
        date(2026, 11, 22),
    ]


def test_a_record_goes_by_its_amended_days_and_says_why() -> None:
    as_it_was = as_amended(RECORD, (COUNTED,))
    assert as_it_was == RECORD
    later = as_amended(RECORD, (LATER,))
    assert (later.order.compounded_on, later.plan) == (date(2026, 11, 22), RECORD.plan)
    both = as_amended(RECORD, (LATER, EARLIER))
    assert (both.order.compounded_on, both.plan.beyond_use_date, both.plan.beyond_use_limit) == (
        date(2026, 11, 22),
        date(2027, 3, 31),
        "beyond-use date amended: Damp",
    )
