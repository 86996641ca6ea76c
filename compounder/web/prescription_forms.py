"""The forms of prescriptions: what is prescribed, and how a course under way is changed."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField
from wtforms.widgets import TextArea

from compounder.domain.calendar import format_day, parse_day
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.filling import FillWith, StepStrengths, parse_fill_with
from compounder.domain.care.prescriptions import PrescriptionStatus, require_prescription_number
from compounder.domain.care.protocol import PROTOCOLS, TimeOfDay, TitrationStep
from compounder.domain.errors import CompoundingError
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.units import parse_count_text, parse_mass
from compounder.services.prescribing import ChangeRequest, CourseChange, PrescriptionRequest
from compounder.services.prescriptions import PrescriptionFilter
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, complain, place, words
from compounder.web.readers import lines_of, one_line

OWN_STEPS = ""
USUAL_SUPPLY = "30"
TIMES = (("", "as the protocol says"), (TimeOfDay.BEDTIME, "at bedtime"), (TimeOfDay.MORNING, "in the morning"))
CHANGES = {
    CourseChange.HOLD: "hold: this dose for so many days longer",
    CourseChange.SLOW: "slow: every step so many days longer",
    CourseChange.STEP_BACK: "step back: the dose before, and up again",
}


def read_number(text: str) -> str:
    """A prescription number of the pharmacy's own, in capitals."""
    number = text.upper()
    require_prescription_number(number)
    return number


def read_steps(text: str) -> tuple[TitrationStep, ...]:
    """Steps one a line, such as `0.5 mg: 7`; the last may have no days, and lasts on."""
    return tuple(_read_step(line) for line in lines_of(text))


def _read_step(line: str) -> TitrationStep:
    dose, colon, days = line.partition(":")
    return TitrationStep(dose=parse_mass(dose.strip()), days=parse_count_text(days.strip()) if colon else None)


class ShownForm(FlaskForm):
    """A form whose result is shown before it is stored: `shown` names that, `key` makes two clicks one."""

    key = OneTimeKey()
    shown = HiddenField()


class PrescriptionForm(ShownForm):
    """A prescription for one patient, and the course it is for."""

    prescriber = ReadField("Prescriber", one_line)
    written_on = ReadField("Written on", parse_day)
    number = ReadField("Prescription number", read_number, is_optional=True, description="Your own; empty: one of ours")
    formulation = ChoiceField("Formulation", nothing_offered="No formulation is approved yet; approve one first.")
    protocol = ChoiceField(
        "Protocol", [*((each.code, each.name) for each in PROTOCOLS.values()), (OWN_STEPS, "steps of its own")]
    )
    steps = ReadField(
        "Steps",
        read_steps,
        is_optional=True,
        widget=TextArea(),
        description="Dose and days, one step a line, such as 0.5 mg: 7; the last lasts on. Empty: the protocol's",
    )
    step_days = ReadField(
        "Days of a step", parse_count_text, is_optional=True, description="Where the protocol leaves them to you"
    )
    start_on = ReadField("First dose on", parse_day)
    supply_days = ReadField("Days of supply", parse_count_text, description="Usually 30, 60 or 90")
    fill_with = ReadField(
        "Filled with capsules of",
        parse_fill_with,
        is_optional=True,
        description="One strength, such as 1.5 mg. Empty: one capsule of each dose",
    )
    time_of_day = ChoiceField("Taken", TIMES)

    def offer(self, formulations: tuple[Formulation, ...]) -> None:
        """The formulations to choose from."""
        self.formulation.offer((each.code, each.name) for each in formulations)

    def start(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.written_on.data = self.start_on.data = today.isoformat()
        self.supply_days.data = USUAL_SUPPLY
        self.key.give()

    @property
    def has_own_steps(self) -> bool:
        """Whether anything about steps is other than offered, or wrong."""
        typed = ((self.steps.data or "") + (self.step_days.data or "")).strip()
        return bool(typed or self.steps.errors or self.step_days.errors or self.protocol.data == OWN_STEPS)

    def request(self, patient: str) -> PrescriptionRequest | None:
        """The request, or None after complaining at every field that cannot be read."""
        self.validate()
        if self.protocol.data == OWN_STEPS and self.steps.value is None and not self.steps.errors:
            complain(self.steps, "No step is given; write at least one, or choose a protocol.")
        if any(field.errors for field in self):
            return None
        try:
            order = self._order()
        except CompoundingError as refusal:
            place(self, refusal, list(self))
            return None
        return PrescriptionRequest(
            number=self.number.value or "",
            patient=patient,
            prescriber=self.prescriber.value,
            written_on=self.written_on.value,
            formulation=self.formulation.data,
            order=order,
        )

    def _order(self) -> CourseOrder:
        fill_with: FillWith = self.fill_with.value or StepStrengths()
        return CourseOrder(
            start_on=self.start_on.value,
            supply_days=self.supply_days.value,
            fill_with=fill_with,
            protocol=PROTOCOLS.get(self.protocol.data),
            steps=self.steps.value,
            step_days=self.step_days.value,
            time_of_day=TimeOfDay(self.time_of_day.data) if self.time_of_day.data else None,
        )


class ChangeForm(ShownForm):
    """What is done to a course under way, and from which day on."""

    what = ChoiceField("What is done", [(change.value, said) for change, said in CHANGES.items()])
    on = ReadField("From this day on", parse_day)
    days = ReadField("Days longer", parse_count_text, is_optional=True, description="For hold and slow")
    written_on = ReadField("Written on", parse_day)
    reason = ReadField("Reason", words, widget=TextArea(), description="Kept for good: write it without the name")

    def start(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.on.data = self.written_on.data = today.isoformat()
        self.key.give()

    def change(self, number: str) -> ChangeRequest | None:
        """What is asked, or None after complaining at every field that cannot be read."""
        self.validate()
        is_step_back = self.what.data == CourseChange.STEP_BACK
        if not is_step_back and self.days.value is None and not self.days.errors:
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
