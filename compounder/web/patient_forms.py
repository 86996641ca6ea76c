"""The forms of patients: finding, adding, correcting. What is typed here stands in no address and no message."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.widgets import HiddenInput, TextArea

from compounder.domain.bounds import require_text
from compounder.domain.calendar import parse_day
from compounder.domain.care.patients import LONGEST_NAME, Patient
from compounder.domain.units import parse_count_text
from compounder.web.fields import OneTimeKey, ReadField, require_on_paper, sought, words
from compounder.web.readers import lines_of

LINES: dict[str, Any] = {"widget": TextArea(), "is_optional": True}


def read_name(text: str) -> str:
    """A patient's name as it stands on labels, at most 80 letters on one line."""
    require_text(text, LONGEST_NAME, "")
    require_on_paper(text)
    return text


class FindForm(FlaskForm):
    """Whom to look for; sent, never put into an address."""

    words = ReadField("Name, or its beginnings", sought, is_optional=True)
    born_on = ReadField("Born on", parse_day, is_optional=True)

    @property
    def asks(self) -> bool:
        """Whether anything was typed."""
        return bool((self.words.data or "").strip() or (self.born_on.data or "").strip())


class PatientForm(FlaskForm):
    """A patient as they are now."""

    name = ReadField("Name", read_name, description="As labels print it")
    born_on = ReadField("Born on", parse_day, description="Such as 1984-02-29")
    contact = ReadField("Address, telephone", words, description="Where a recall would reach them", **LINES)
    medicines = ReadField("Current medicines", lines_of, description="One a line, as the patient says", **LINES)
    allergies = ReadField("Allergies", lines_of, description="One a line", **LINES)
    conditions = ReadField("Conditions", lines_of, description="One a line, such as liver disease", **LINES)

    def show(self, patient: Patient) -> None:
        """The form as the patient stands there."""
        self.name.data, self.born_on.data = patient.name, patient.born_on.isoformat()
        self.contact.data = patient.contact
        for field, lines in (
            (self.medicines, patient.medicines),
            (self.allergies, patient.allergies),
            (self.conditions, patient.conditions),
        ):
            field.data = "\n".join(lines)

    def patient(self) -> Patient:
        """The patient that the valid form describes; refuses what its constructor refuses."""
        return Patient(
            name=self.name.value,
            born_on=self.born_on.value,
            contact="\n".join(lines_of(self.contact.value or "")),
            medicines=self.medicines.value or (),
            allergies=self.allergies.value or (),
            conditions=self.conditions.value or (),
        )


class AddForm(PatientForm):
    """Somebody new."""

    is_another = BooleanField("This is another person of the same name and birth date")
    key = OneTimeKey()

    def start(self) -> None:
        """An empty form with its one-time key."""
        self.key.give()


class CorrectForm(PatientForm):
    """Somebody as they are now; `as_of` names the entry after which the form was opened."""

    as_of = ReadField("Opened after entry", parse_count_text, widget=HiddenInput())

    def start(self, patient: Patient, as_of: int) -> None:
        """The form as the patient stands there now."""
        self.show(patient)
        self.as_of.data = str(as_of)


def said_of_found(found: int, born_on: date | None, limit: int) -> str:
    """What is shown, in a sentence that names nobody."""
    count = f"{found:,} patient{'' if found == 1 else 's'}"
    by = "name and birth date" if born_on else "name"
    return f"Found by {by}: {count}{', the first of more' if found == limit else ''}"
