"""Plain makers for care: patients who were never born, their courses, and prescriptions of them."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select

from compounder.codec.converter import read
from compounder.database.engine import Connection, open_database
from compounder.database.schema import Base
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.patients import Patient
from compounder.services.acting import Acting
from compounder.services.patients import add_patient
from compounder.services.prescribing import PrescriptionRequest, preview_prescription
from compounder.services.prescriptions import store_prescription
from compounder.settings import Settings
from tests.printing.reading import pages
from tests.services.orders import ANNA, DAY, MORNING, SITE, Bench

NAME = "Zoë Nobody-Beispiel"
NEVER_ELSEWHERE = ("nobody", "beispiel", "nowhere lane", "555 0177", "levothyroxine", "penicillin", "fibromyalgia")
"""Words of the patient below that no other table, address, log or paper may have."""
ACT = Acting(site=SITE, actor=ANNA, at=MORNING)
LATER = Acting(site=SITE, actor=ANNA, at=MORNING + timedelta(days=1))


def a_patient(**changes: Any) -> Patient:
    """Somebody who takes something, bears something badly, and has something."""
    usual: dict[str, Any] = {
        "name": NAME,
        "born_on": date(1984, 2, 29),
        "contact": "7 Nowhere Lane\n555 0177",
        "medicines": ("levothyroxine 50 mcg",),
        "allergies": ("penicillin",),
        "conditions": ("fibromyalgia",),
    }
    return Patient(**{**usual, **changes})


def a_course(**changes: Any) -> CourseOrder:
    """The standard course of 42 days in its steps' own strengths."""
    usual = {"protocol": "standard", "start_on": "2026-12-01", "supply_days": 42, "fill_with": "step-strengths"}
    return read({**usual, **changes}, CourseOrder)


def added(bench: Bench, *, key: str = "patient", **changes: Any) -> str:
    """The identifier of a patient now kept."""
    with bench.database.writing() as writing:
        return add_patient(writing, ACT, a_patient(**changes), one_time_key=key)


def prescribed_there(where: Settings) -> tuple[str, str]:
    """The identifier of a patient in a workspace, and the number of their prescription."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        patient = add_patient(writing, ACT, a_patient(), one_time_key="patient")
        return patient, _stored(writing, a_request(patient), "prescription", ACT)


def a_request(patient: str, **changes: Any) -> PrescriptionRequest:
    """The standard course, prescribed today."""
    usual: dict[str, Any] = {
        "patient": patient,
        "prescriber": "Dr. Ada Example",
        "written_on": DAY,
        "formulation": "NTX-CAPS",
        "order": a_course(),
    }
    return PrescriptionRequest(**{**usual, **changes})


def prescribed(bench: Bench, request: PrescriptionRequest, *, key: str = "prescription", act: Acting = ACT) -> str:
    """The number of a prescription, looked at and stored."""
    with bench.database.writing() as writing:
        return _stored(writing, request, key, act)


def _stored(connection: Connection, request: PrescriptionRequest, key: str, act: Acting) -> str:
    shown = preview_prescription(connection, SITE, request)
    return store_prescription(connection, act, request, shown_sha256=shown.sha256, one_time_key=key)


def holding(bench: Bench, words: tuple[str, ...] = NEVER_ELSEWHERE) -> set[str]:
    """The tables in which any of the words stands anywhere; of issued papers their text is read."""
    with bench.database.reading() as reading:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for row in reading.execute(select(table))
            if any(word in _text_of(row) for word in words)
        }


def _text_of(row: Row[Any]) -> str:
    values = (" ".join(pages(value)) if isinstance(value, bytes) else str(value) for value in row)
    return " ".join(values).casefold()
