"""The forms of dispensing: what goes into a bottle, what the patient answers, what was decided, what came back."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import TextArea

from compounder.domain.care.safety import SafetyDecision
from compounder.domain.findings import Finding
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, parse_count_text, parse_quantity
from compounder.services.dispensing import BottleRequest
from compounder.services.prescriptions import PrescribedLine
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, words
from compounder.web.prescription_forms import ShownForm
from compounder.web.reason_form import ReasonForm

YES_OR_NO = [SelectChoice("no", "No"), SelectChoice("yes", "Yes")]


class DispenseForm(ShownForm):
    """What goes into a bottle, and what the patient answers today."""

    strength = ChoiceField("Strength", nothing_offered="Nothing is left to dispense on this prescription.")
    capsules = ReadField("Capsules", parse_count_text)
    several_batches = BooleanField("Fill it from several batches where one is not enough")
    liver = RadioField(
        "A disease of the liver, now or before?",
        choices=YES_OR_NO,
        validators=[InputRequired("Ask the patient about the liver, then choose yes or no.")],
    )
    allergy = RadioField(
        "An allergy to naltrexone or to anything in the capsules?",
        choices=YES_OR_NO,
        validators=[InputRequired("Ask the patient about allergies, then choose yes or no.")],
    )
    medicines_asked = BooleanField(
        "Asked today: these are all medicines taken now, with those for cough, diarrhoea and pain",
        validators=[InputRequired("Ask which medicines are taken now, and correct the patient if there are others.")],
    )

    def offer_what_is_left(self, lines: Sequence[PrescribedLine]) -> None:
        """The strengths of which something is left."""
        left = [(format_dose(line.strength), line.capsules - line.dispensed) for line in lines]
        self.strength.offer((dose, f"{dose}: {count:,} left") for dose, count in left if count)

    def start(self, lines: Sequence[PrescribedLine]) -> None:
        """All that is left of the first strength, with a one-time key."""
        first = next((line for line in lines if line.capsules > line.dispensed), None)
        if first:
            self.strength.data = format_dose(first.strength)
            self.capsules.data = str(first.capsules - first.dispensed)
        self.key.give()

    def request(self, number: str) -> BottleRequest:
        """The bottle that the valid form asks for."""
        return BottleRequest(
            prescription=number,
            strength=parse_quantity(self.strength.data, MASS_PER_CAPSULE),
            capsules=self.capsules.value,
            of_several=self.several_batches.data,
            has_liver_disease=self.liver.data == "yes",
            is_hypersensitive=self.allergy.data == "yes",
        )


class Dates(StrEnum):
    """What becomes of a course whose capsules are given out after their first day."""

    KEPT = "keep"
    MOVED = "move"


DATES = [
    SelectChoice(Dates.KEPT.value, "Keep them: label and calendar say the days that are past too"),
    SelectChoice(Dates.MOVED.value, "Start from today: a new course from today on takes the place of this one"),
]


class DecidingForm(DispenseForm):
    """The same, once the questions are known: two fields for each, and one more for a late bottle."""

    @property
    def keeps_dates(self) -> bool:
        return "dates" in self and self.dates.data == Dates.KEPT

    @property
    def moves_dates(self) -> bool:
        return "dates" in self and self.dates.data == Dates.MOVED

    @property
    def asked(self) -> dict[str, tuple[Any, Any]]:
        """The fields of each question, by its code."""
        codes = [field.short_name.removeprefix("reason-") for field in self if field.short_name.startswith("reason-")]
        return {code: (self[f"reason-{code}"], self[f"with-{code}"]) for code in codes}

    @property
    def decisions(self) -> tuple[SafetyDecision, ...]:
        """What the valid form says was decided."""
        return tuple(
            SafetyDecision(code=code, reason=reason.value, decided_with=decided_with.value)
            for code, (reason, decided_with) in self.asked.items()
        )


def deciding_form(findings: Sequence[Finding], *, is_late: bool) -> DecidingForm:
    """The form as it was sent, with what is to be decided on."""
    fields: dict[str, Any] = {}
    if is_late:
        decided = InputRequired("Choose what becomes of the dates.")
        fields["dates"] = RadioField("What becomes of the dates?", choices=DATES, validators=[decided])
    for code in dict.fromkeys(finding.code for finding in findings):
        fields[f"reason-{code}"] = ReadField("What was decided", words)
        fields[f"with-{code}"] = ReadField("With whom", words)
    form: DecidingForm = type("DecidingFormOfThese", (DecidingForm,), fields)()
    return form


class ReturnForm(ReasonForm):
    """Capsules of a bottle that came back."""

    lot_number = ChoiceField("Batch")
    capsules = ReadField("Capsules that came back", parse_count_text)
    reason = ReadField("Reason", words, widget=TextArea())
    key = OneTimeKey()
