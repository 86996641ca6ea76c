"""Bottles given out after their first day: somebody decides what becomes of the dates, and the papers follow."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from compounder.domain.care.prescriptions import PrescriptionStatus
from compounder.domain.care.safety import DatesUndecided
from compounder.services.prescribing import ChangeRequest, CourseChange, changed_request
from tests.services.care import a_course, a_request, added, prescribed
from tests.services.dispensing import a_bottle, bottle, dispensed, dispensing, previewed, status
from tests.services.orders import DAY, SITE, Bench, entries
from tests.services.shelf import released


def late(bench: Bench, keys: Path) -> str:
    """A prescription of 84 capsules of which the first was due three days ago, and a batch that has them."""
    released(bench, keys)
    order = a_course(fill_with="1.5 mg", start_on="2026-11-18")
    return prescribed(bench, a_request(added(bench), order=order))


def test_a_late_bottle_waits_for_what_becomes_of_the_dates(bench: Bench, tmp_path: Path) -> None:
    prescription = late(bench, tmp_path)
    act = dispensing(bench, a_bottle(prescription))
    before = entries(bench)
    with pytest.raises(DatesUndecided, match="due on 18 Nov 2026: keep the dates, or start from today"):
        dispensed(bench, act)
    assert entries(bench) == before
    kept = bottle(bench, dispensed(bench, replace(act, keeps_dates=True)))
    assert (kept.kept_dates_of, kept.prescription.course.start_on) == ("2026-11-18", date(2026, 11, 18))


def test_a_course_moved_to_today_is_a_new_prescription_and_not_late(bench: Bench, tmp_path: Path) -> None:
    old = late(bench, tmp_path)
    change = ChangeRequest(
        number=old, what=CourseChange.START_LATE, on=DAY, days=0, written_on=DAY, reason="Fetched three days late"
    )
    with bench.database.reading() as reading:
        request = changed_request(reading, SITE, change)
    number = prescribed(bench, request, key="moved")
    shown = previewed(bench, a_bottle(number))
    assert (shown.is_late, shown.due_on, shown.last_dose_on) == (False, DAY, date(2027, 1, 1))
    kept = bottle(bench, dispensed(bench, dispensing(bench, a_bottle(number))))
    assert (kept.kept_dates_of, kept.prescription.course.start_on) == ("", DAY)
    assert status(bench, old) is PrescriptionStatus.CANCELLED


def test_a_later_bottle_is_late_only_after_its_own_first_day(bench: Bench, tmp_path: Path) -> None:
    prescription = late(bench, tmp_path)
    act = dispensing(bench, a_bottle(prescription, 3))
    dispensed(bench, replace(act, keeps_dates=True))
    assert previewed(bench, a_bottle(prescription, 81)).is_late is False
