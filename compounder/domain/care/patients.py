"""Patients: who they are, as far as care needs it; known everywhere else by a random identifier alone.

Privacy by design: what names a patient, or tells of their health, stands in one place, is seen by the roles that need
it, and can be erased while every record stays whole. Source: GDPR articles 5(1)(c), 17 and 25; HIPAA 45 CFR 164.502(b).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from compounder.domain.bounds import require_day, require_text
from compounder.domain.calendar import days_in_month
from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds
from compounder.domain.people.person import Role
from compounder.domain.record.signatures import EVERYBODY_AT_WORK
from compounder.domain.wording import normalised

SEES_PATIENTS: Final = EVERYBODY_AT_WORK
"""The roles that are shown who a patient is; everybody else sees the identifier."""
IDENTIFIER_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
IDENTIFIER_LENGTH: Final = 12
LONGEST_NAME: Final = 80
LONGEST_CONTACT: Final = 400
MOST_LINES: Final = 60
LONGEST_LINE: Final = 200
_SHORTEST_PART: Final = 3
_IDENTIFIER: Final = re.compile(f"[{IDENTIFIER_LETTERS}]{{{IDENTIFIER_LENGTH}}}", re.ASCII)


class NamesThePatient(CompoundingError):
    """Words that are kept for good, and would tell for good who the patient is. They are not repeated here."""

    code = "names-the-patient"
    title = "It names the patient"
    field_name: str

    def __str__(self) -> str:
        return "This is kept for good and seen by all, and it has the patient's name in it; write it without."


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Patient:
    """One patient; medicines, allergies and conditions as they were typed, one a line. Never written into a log."""

    name: str
    born_on: date
    contact: str = ""
    medicines: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text(self.name, LONGEST_NAME, "name")
        require_day(self.born_on, "born_on")
        if len(self.contact) > LONGEST_CONTACT or not "".join(self.contact.splitlines()).isprintable():
            accepted = f"a contact of at most {LONGEST_CONTACT} printable letters"
            raise NotAccepted(read=self.contact, accepted=accepted, field_name="contact")
        for field_name in ("medicines", "allergies", "conditions"):
            _require_lines(getattr(self, field_name), field_name)

    def __repr__(self) -> str:
        return "Patient(…)"


def _require_lines(lines: Sequence[str], field_name: str) -> None:
    if len(lines) > MOST_LINES:
        raise OutOfBounds(read=f"A list of {len(lines):,}", least="0", most=f"{MOST_LINES}", field_name=field_name)
    for line in lines:
        require_text(line, LONGEST_LINE, field_name)


def require_born(patient: Patient, today: date) -> None:
    """Refuses with `OutOfBounds` somebody who is born later than today."""
    if patient.born_on > today:
        raise OutOfBounds(
            read=patient.born_on.isoformat(), least="1900-01-01", most=today.isoformat(), field_name="born_on"
        )


def require_identifier(text: str, field_name: str) -> None:
    """Refuses with `NotAccepted` what is no identifier of a patient."""
    if not _IDENTIFIER.fullmatch(text):
        accepted = f"an identifier of {IDENTIFIER_LENGTH} letters and digits"
        raise NotAccepted(read=text, accepted=accepted, field_name=field_name)


def sees_patients(role: Role) -> bool:
    """Whether somebody in this role is shown who a patient is."""
    return role in SEES_PATIENTS


def parts_of(text: str) -> tuple[str, ...]:
    """The normalised words of a text, without what joins them.

    >>> parts_of("Beispiel-Müller, Eva")
    ('beispiel', 'muller', 'eva')
    """
    return tuple(re.findall(r"[^\W_]+", normalised(text)))


def require_nameless(text: str, patient: Patient, field_name: str) -> None:
    """Refuses with `NamesThePatient` words to be kept for good that have a part of the patient's name among them."""
    names = {part for part in parts_of(patient.name) if len(part) >= _SHORTEST_PART}
    if names & set(parts_of(text)):
        raise NamesThePatient(field_name=field_name)


def require_somebody_else(name: str, patient: Patient, field_name: str) -> None:
    """Refuses with `NamesThePatient` the patient's whole name where a prescriber's belongs; relatives share a part."""
    names = set(parts_of(patient.name))
    if names and names <= set(parts_of(name)):
        raise NamesThePatient(field_name=field_name)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 28 February for a 29th that the earlier year does not have.

    >>> years_before(date(2028, 2, 29), 3)
    datetime.date(2025, 2, 28)
    """
    return day.replace(year=day.year - years, day=min(day.day, days_in_month(day.year - years, day.month)))
