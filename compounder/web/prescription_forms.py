"""The forms of prescriptions: what is prescribed, and how a course under way is changed."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField
from wtforms.widgets import TextArea

from compounder.domain.calendar import format_day, parse_day
from compounder.domain.care.prescriptions import PrescriptionStatus, require_prescription_number
from compounder.domain.care.protocol import Protocol
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.units import parse_count_text
from compounder.services.prescribing import ChangeRequest, CourseChange, PrescriptionRequest
from compounder.services.prescriptions import PrescriptionFilter
from compounder.web.course_form import CourseForm
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, complain, words
from compounder.web.readers import one_line

CHANGES = {
    CourseChange.HOLD: "hold: this dose for so many days longer",
    CourseChange.SLOW: "slow: every step so many days longer",
    CourseChange.STEP_BACK: "step back: the dose before, and up again",
    CourseChange.START_LATE: "start late: the next capsules on this day, all the rest as much later",
}


def read_number(text: str) -> str:
    """A prescription number of the pharmacy's own, in capitals."""
    number = text.upper()
    require_prescription_number(number)
    return number


class ShownForm(FlaskForm):
    """A form whose result is shown before it is stored: `shown` names that, `key` makes two clicks one."""

    key = OneTimeKey()
    shown = HiddenField()


class PrescriptionForm(CourseForm, ShownForm):
    """A prescription for one patient, and the course it is for."""

    prescriber = ReadField("Prescriber", one_line)
    written_on = ReadField("Written on", parse_day)
    number = ReadField("Prescription number", read_number, is_optional=True, description="Your own; empty: one of ours")
    formulation = ChoiceField("Formulation", nothing_offered="No formulation is approved yet; approve one first.")

    def offer_all(self, formulations: tuple[Formulation, ...], protocols: tuple[Protocol, ...]) -> None:
        """The formulations and the protocols to choose from."""
        self.offer(protocols)
        self.formulation.offer((each.code, each.name) for each in formulations)

    def begin(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.start(today.isoformat())
        self.written_on.data = today.isoformat()
        self.key.give()

    def request(self, patient: str) -> PrescriptionRequest | None:
        """The request, or None after complaining at every field that cannot be read."""
        order = self.order()
        if order is None:
            return None
        return PrescriptionRequest(
            number=self.number.value or "",
            patient=patient,
            prescriber=self.prescriber.value,
            written_on=self.written_on.value,
            formulation=self.formulation.data,
            order=order,
        )


class ChangeForm(ShownForm):
    """What is done to a course under way, and from which day on."""

    what = ChoiceField("What is done", [(change.value, said) for change, said in CHANGES.items()])
    on = ReadField("From this day on", parse_day)
    days = ReadField("Days longer", parse_count_text, is_optional=True, description="For hold and slow")
    written_on = ReadField("Written on", parse_day)
    reason = ReadField("Reason", words, widget=TextArea(), description="Kept for good: write it without the name")

    def start(self, today: date, what: str) -> None:
        """An empty form for today, with its one-time key; `what` is chosen already where it is one of the changes."""
        self.what.data = what if what in CHANGES else CourseChange.HOLD.value
        self.on.data = self.written_on.data = today.isoformat()
        self.key.give()

    def change(self, number: str) -> ChangeRequest | None:
        """What is asked, or None after complaining at every field that cannot be read."""
        self.validate()
        asks_days = self.what.data in (CourseChange.HOLD, CourseChange.SLOW)
        if asks_days and self.days.value is None and not self.days.errors:
            complain(self.days, "The days are missing; write how many days longer.")
        if any(field.errors for field in self):
            return None
        return ChangeRequest(
            number=number,
            what=CourseChange(self.what.data),
            on=self.on.value,
            days=self.days.value or 0,
            written_on=self.written_on.value,
            reason=self.reason.value,
        )


class PrescriptionsForm(Form):
    """Which prescriptions are listed; every field may stay empty."""

    number = ReadField("Prescription number", one_line, is_optional=True)
    status = ChoiceField("Status", [("", "any"), *((status.value, status.value) for status in PrescriptionStatus)])
    written_from = ReadField("Written from", parse_day, is_optional=True)
    written_to = ReadField("Written to", parse_day, is_optional=True)

    def settle(self) -> None:
        """What was not sent is not asked; without any filter, the open ones are shown."""
        self.status.data = PrescriptionStatus.OPEN.value if self.status.data is None else self.status.data

    def filter(self) -> PrescriptionFilter:
        """What is asked, once the form is valid."""
        return PrescriptionFilter(
            number=(self.number.value or "").upper(),
            status=PrescriptionStatus(self.status.data) if self.status.data else None,
            written_from=self.written_from.value,
            written_to=self.written_to.value,
        )


def said_of(asked: PrescriptionFilter, count: int, *, has_more: bool) -> str:
    """What is shown: `Open, written from 1 Sep 2026, newest first: 12 prescriptions`."""
    said = [asked.status.value if asked.status else "any status"]
    if asked.number:
        said.append(f"number {asked.number}")
    for what, day in (("from", asked.written_from), ("to", asked.written_to)):
        if day:
            said.append(f"written {what} {format_day(day)}")
    shown = f"{count:,} of more" if has_more else f"{count:,}"
    sentence = ", ".join([*said, "newest first"])
    return f"{sentence[0].upper()}{sentence[1:]}: {shown} prescription{'' if count == 1 else 's'}"
