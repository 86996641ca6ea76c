"""Prescriptions: shown before they are stored, replaced when a course changes, cancelled; and what they ask for."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, update

from compounder.database import capsule_stock, prescriptions
from compounder.database.errors import NotFound
from compounder.database.prescriptions import PrescriptionFilter
from compounder.database.schema import BatchTable, CapsuleStockTable, PrescribedTable
from compounder.domain.care.patients import NamesThePatient
from compounder.domain.care.prescriptions import PrescriptionNotOpen, PrescriptionStatus, status_of
from compounder.domain.errors import MissingKey, NotAccepted
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, parse_quantity
from compounder.services.care_errors import NumberTaken, PrescriptionStopped, WrittenLater
from compounder.services.demand import demand
from compounder.services.errors import ResultChanged
from compounder.services.prescribing import ChangeRequest, CourseChange, changed_request, prescribable
from compounder.services.prescriptions import (
    PrescriptionFile,
    cancel_prescription,
    fill_prescription,
    prescription_file,
    prescription_list,
    store_prescription,
)
from tests.services.care import ACT, LATER, a_course, a_patient, a_request, added, prescribed
from tests.services.orders import DAY, SITE, Bench, entries


def file_of(bench: Bench, number: str, role: Role = Role.PHARMACIST) -> PrescriptionFile:
    """What somebody in this role is shown."""
    with bench.database.reading() as reading:
        return prescription_file(reading, SITE, number, role)


def listed(bench: Bench, **asked: Any) -> list[str]:
    """The numbers of the prescriptions asked for."""
    with bench.database.reading() as reading:
        found = prescription_list(reading, SITE, PrescriptionFilter(**asked), Role.PHARMACIST)
    return [row.number for row in found.page.rows]


def changed(bench: Bench, number: str, **changes: Any) -> str:
    """The number of the prescription that holds the course of another from 8 December on."""
    usual: dict[str, Any] = {
        "number": number,
        "what": CourseChange.HOLD,
        "on": date(2026, 12, 8),
        "days": 7,
        "written_on": DAY,
        "reason": "Sleeps badly",
    }
    with bench.database.reading() as reading:
        request = changed_request(reading, SITE, ChangeRequest(**{**usual, **changes}))
    return prescribed(bench, request, key=f"change {number}", act=LATER)


def demanded(bench: Bench, day: date = DAY) -> list[tuple[str, int, int, int]]:
    """Strength, prescribed, on the shelf, to make."""
    with bench.database.reading() as reading:
        lines = demand(reading, SITE, day)
    return [(format_dose(line.strength), line.prescribed, line.on_shelf, line.to_make) for line in lines]


def test_a_prescription_keeps_its_course_and_directions(bench: Bench) -> None:
    number = prescribed(bench, a_request(added(bench)))
    file = file_of(bench, number)
    kept = file.stored.prescription
    assert number == "RX2611-001"
    assert kept.order == a_course()
    assert {format_dose(strength): count for strength, count in kept.course.capsules.items()} == {
        "1.5 mg": 14,
        "3 mg": 14,
        "4.5 mg": 14,
    }
    assert kept.directions[0] == "Take 1 capsule of 1.5 mg at bedtime"
    assert file.seen.patient == a_patient()
    assert file.stored.status is PrescriptionStatus.OPEN is status_of(file.entries)


def test_the_pharmacys_own_number_is_kept_and_given_once(bench: Bench) -> None:
    patient = added(bench)
    assert prescribed(bench, a_request(patient, number="K-4711")) == "K-4711"
    with pytest.raises(NumberTaken):
        prescribed(bench, a_request(patient, number="K-4711"), key="another")


def test_a_number_of_ours_that_was_typed_already_is_passed_over(bench: Bench) -> None:
    patient = added(bench)
    prescribed(bench, a_request(patient, number="RX2611-001"))
    assert prescribed(bench, a_request(patient), key="ours") == "RX2611-002"


@pytest.mark.parametrize("number", ["k 4711", "A/B", "Ü1", "X" * 31])
def test_a_number_that_cannot_stand_in_an_address_is_refused(bench: Bench, number: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        prescribed(bench, a_request(added(bench), number=number))
    assert refused.value.field_name == "number"


def test_two_clicks_make_one_prescription(bench: Bench) -> None:
    request = a_request(added(bench))
    first = prescribed(bench, request)
    before = entries(bench)
    assert prescribed(bench, request) == first
    assert entries(bench) == before


def test_what_was_not_shown_is_not_stored(bench: Bench) -> None:
    request = a_request(added(bench))
    with pytest.raises(ResultChanged), bench.database.writing() as writing:
        store_prescription(writing, ACT, request, shown_sha256="another", one_time_key="x")


def test_a_strength_that_nobody_may_make_stops_it(bench: Bench) -> None:
    request = a_request(added(bench), order=a_course(protocol=None, steps=[{"dose": "7 mg"}]))
    with pytest.raises(PrescriptionStopped) as refused:
        prescribed(bench, request)
    assert "7 mg capsules are outside" in str(refused.value)


def test_a_prescription_written_tomorrow_is_refused(bench: Bench) -> None:
    with pytest.raises(WrittenLater):
        prescribed(bench, a_request(added(bench), written_on=date(2026, 11, 22)))


def test_nothing_is_prescribed_by_what_nobody_approved(bench: Bench) -> None:
    with pytest.raises(NotFound):
        prescribed(bench, a_request(added(bench), formulation="OTHER"))
    with bench.database.reading() as reading:
        assert [each.code for each in prescribable(reading, SITE)] == ["NTX-CAPS"]


@pytest.mark.parametrize(
    "changes",
    [{"number": "BEISPIEL-1"}, {"prescriber": "Zoe Nobody Beispiel"}, {"reason": "As Mrs Nobody wished"}],
)
def test_what_is_kept_for_good_does_not_name_the_patient(bench: Bench, changes: dict[str, str]) -> None:
    with pytest.raises(NamesThePatient) as refused:
        prescribed(bench, a_request(added(bench), **changes))
    assert refused.value.field_name in changes


def test_a_prescriber_may_share_a_name_with_the_patient(bench: Bench) -> None:
    number = prescribed(bench, a_request(added(bench), prescriber="Dr. Otto Beispiel"))
    assert file_of(bench, number).stored.prescription.prescriber == "Dr. Otto Beispiel"


def test_an_auditor_reads_a_prescription_and_not_whom_it_is_for(bench: Bench) -> None:
    number = prescribed(bench, a_request(added(bench)))
    assert file_of(bench, number, Role.AUDITOR).seen.patient is None
    with bench.database.reading() as reading:
        found = prescription_list(reading, SITE, PrescriptionFilter(), Role.AUDITOR)
        assert (len(found.page.rows), found.names) == (1, {})


def test_a_course_that_is_held_is_a_new_prescription_in_place_of_the_old(bench: Bench) -> None:
    old = prescribed(bench, a_request(added(bench)))
    new = changed(bench, old)
    before, after = file_of(bench, old), file_of(bench, new)
    assert (before.stored.status, before.replaced_by) == (PrescriptionStatus.CANCELLED, new)
    assert (after.stored.status, after.stored.prescription.replaces) == (PrescriptionStatus.OPEN, old)
    assert [step.days for step in after.stored.prescription.course.steps] == [14, 14, 7]
    assert before.entries[-1].document == '{"reason":"Sleeps badly","replaced_by":"RX2611-002"}'
    assert before.stored.prescription.order == a_course()


def test_a_filled_prescription_stays_filled_when_its_course_changes(bench: Bench) -> None:
    old = prescribed(bench, a_request(added(bench)))
    with bench.database.writing() as writing:
        fill_prescription(writing, ACT, old)
    new = changed(bench, old, what=CourseChange.SLOW)
    assert file_of(bench, old).stored.status is PrescriptionStatus.FILLED
    assert file_of(bench, new).stored.prescription.replaces == old


def test_a_cancelled_course_is_not_changed_any_more(bench: Bench) -> None:
    old = prescribed(bench, a_request(added(bench)))
    changed(bench, old)
    with pytest.raises(PrescriptionNotOpen):
        changed(bench, old)


def test_cancelling_needs_a_reason_and_an_open_prescription(bench: Bench) -> None:
    number = prescribed(bench, a_request(added(bench)))
    with bench.database.writing() as writing:
        with pytest.raises(MissingKey):
            cancel_prescription(writing, ACT, number, " ")
        with pytest.raises(NamesThePatient):
            cancel_prescription(writing, ACT, number, "Zoë does not want it")
        cancel_prescription(writing, ACT, number, "Not wanted")
        with pytest.raises(PrescriptionNotOpen) as refused:
            cancel_prescription(writing, ACT, number, "Not wanted")
    assert str(refused.value).startswith(f"Prescription {number} is cancelled already")
    file = file_of(bench, number)
    assert (file.stored.status, status_of(file.entries)) == (PrescriptionStatus.CANCELLED,) * 2
    assert file.entries[-1].kind is EntryKind.PRESCRIPTION_CANCELLED


def test_the_list_is_filtered_and_walked(bench: Bench) -> None:
    patient = added(bench)
    numbers = [prescribed(bench, a_request(patient), key=str(number)) for number in range(3)]
    with bench.database.writing() as writing:
        cancel_prescription(writing, ACT, numbers[1], "Not wanted")
    assert listed(bench) == numbers[::-1]
    assert listed(bench, status=PrescriptionStatus.CANCELLED) == [numbers[1]]
    assert listed(bench, number=numbers[0]) == [numbers[0]]
    assert listed(bench, written_from=date(2026, 11, 22)) == []
    assert listed(bench, written_to=DAY) == numbers[::-1]
    with bench.database.reading() as reading:
        first = prescriptions.search(reading, SITE, PrescriptionFilter(), limit=2)
        rest = prescriptions.search(reading, SITE, PrescriptionFilter(), limit=2, after=first.next_cursor)
    assert ([row.number for row in rest.rows], rest.next_cursor) == ([numbers[0]], None)


def test_open_prescriptions_add_up_to_capsules_by_strength(bench: Bench) -> None:
    patient = added(bench)
    prescribed(bench, a_request(patient))
    prescribed(bench, a_request(patient, order=a_course(fill_with="1.5 mg")), key="multiples")
    gone = prescribed(bench, a_request(patient), key="gone")
    with bench.database.writing() as writing:
        cancel_prescription(writing, ACT, gone, "Not wanted")
    assert demanded(bench) == [("1.5 mg", 98, 0, 98), ("3 mg", 14, 0, 14), ("4.5 mg", 14, 0, 14)]


def test_what_was_dispensed_is_not_asked_for_any_more(bench: Bench) -> None:
    prescribed(bench, a_request(added(bench)))
    with bench.database.writing() as writing:
        writing.execute(update(PrescribedTable).where(PrescribedTable.strength == "3 mg").values(dispensed=14))
    assert [line[0] for line in demanded(bench)] == ["1.5 mg", "4.5 mg"]


def test_released_stock_covers_demand_until_it_expires(bench: Bench) -> None:
    order = bench.order("1.5 mg", "3 mg")
    prescribed(bench, a_request(added(bench)))
    _shelve(bench, "1.5 mg", 10, date(2027, 1, 31))
    _shelve(bench, "3 mg", 50, date(2026, 11, 30))
    assert order
    assert demanded(bench) == [("1.5 mg", 14, 10, 4), ("3 mg", 14, 50, 0), ("4.5 mg", 14, 0, 14)]
    assert demanded(bench, date(2026, 11, 30))[1] == ("3 mg", 14, 50, 0)
    assert demanded(bench, date(2026, 12, 1))[1] == ("3 mg", 14, 0, 14)


def test_the_shelf_is_walked_earliest_beyond_use_date_first(bench: Bench) -> None:
    for key in ("one", "two"):
        bench.order("1.5 mg", key=key)
    numbers = _shelve(bench, "1.5 mg", 10, date(2027, 1, 31), date(2026, 12, 31))
    with bench.database.reading() as reading:
        strength = parse_quantity("1.5 mg", MASS_PER_CAPSULE)
        shelf = capsule_stock.earliest_first(reading, SITE, "NTX-CAPS", strength, DAY)
    assert [batch.lot_number for batch in shelf] == numbers[::-1]
    assert [batch.capsules for batch in shelf] == [10, 10]


def test_what_is_held_back_covers_nothing(bench: Bench) -> None:
    bench.order("1.5 mg")
    prescribed(bench, a_request(added(bench)))
    _shelve(bench, "1.5 mg", 10, date(2027, 1, 31))
    with bench.database.writing() as writing:
        writing.execute(update(BatchTable).values(status="quarantined"))
    assert demanded(bench)[0] == ("1.5 mg", 14, 0, 14)


def _shelve(bench: Bench, strength: str, capsules: int, *until: date) -> list[str]:
    """The lot numbers of released batches whose capsules lie on the shelf, each until its day."""
    table = BatchTable
    with bench.database.writing() as writing:
        writing.execute(update(table).values(status="released"))
        columns = (table.id, table.lot_number, table.strength_ng)
        rows = writing.execute(table.__table__.select().with_only_columns(*columns).where(table.strength == strength))
        found = sorted(rows.all())
        for row, day in zip(found, until, strict=True):
            shelf = {"batch_id": row.id, "site": SITE, "formulation_code": "NTX-CAPS", "strength_ng": row.strength_ng}
            writing.execute(insert(CapsuleStockTable), {**shelf, "beyond_use_date": day, "capsules": capsules})
    return [row.lot_number for row in found]
