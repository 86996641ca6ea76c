"""What is done for patients through the pages, for the tests of what comes of it."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages import fields

PATIENT = {
    "name": "Zoë Nobody-Beispiel",
    "born_on": "1984-02-29",
    "contact": "7 Nowhere Lane\n555 0177",
    "medicines": "levothyroxine 50 mcg",
    "allergies": "penicillin",
    "conditions": "fibromyalgia",
}
PRESCRIBED = {"prescriber": "Dr. Ada Example", "start_on": "2026-12-01", "supply_days": "42"}


def form_at(client: FlaskClient, address: str, form: str = "") -> dict[str, str]:
    """What the form at an address would send."""
    return fields(client.get(address).text, form=form)


def sent(client: FlaskClient, address: str, **changes: str) -> tuple[int, str]:
    """Status and page, or address, after sending the form at an address with these changes."""
    answer = client.post(address, data={**form_at(client, address), **changes})
    return answer.status_code, answer.headers.get("Location") or answer.text


def patient_added(client: FlaskClient, **changes: str) -> str:
    """The address of a patient now kept."""
    answer = client.post("/patients/new", data={**form_at(client, "/patients/new"), **PATIENT, **changes})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def address_of_form(patient: str) -> str:
    """Where a prescription for this patient is entered."""
    return patient.replace("/patients/", "/prescriptions/for/")


def worked_out(client: FlaskClient, patient: str, **changes: str) -> TestResponse:
    """The form with the course beside it."""
    form = {**form_at(client, address_of_form(patient), "prescription"), **PRESCRIBED, **changes}
    return client.post(address_of_form(patient), data={**form, "do": "work-out"})


def stored(client: FlaskClient, address: str, shown: TestResponse, **changes: str) -> TestResponse:
    """Send what stands on the worked-out page."""
    return client.post(address, data={**fields(shown.text, "prescription"), **changes, "do": "store"})


def prescribed(client: FlaskClient, patient: str, **changes: str) -> str:
    """The address of a prescription, looked at and stored."""
    shown = worked_out(client, patient, **changes)
    answer = stored(client, address_of_form(patient), shown)
    assert answer.status_code == 303
    return str(answer.headers["Location"])
