"""The forms of titration protocols: a new one, and the next version of one."""

from typing import Final

from flask_wtf import FlaskForm
from wtforms.widgets import HiddenInput, TextArea

from compounder.domain.care.protocol import MOST_STEPS, Protocol, TimeOfDay, TitrationStep
from compounder.domain.errors import NotAccepted
from compounder.domain.units import MASS, parse_count_text, parse_mass, quantity_text
from compounder.web.course_form import read_steps
from compounder.web.fields import ChoiceField, ReadField
from compounder.web.readers import on_one_line, one_line, person_name

TAKEN_BY_ADDRESSES: Final = "new"


def read_code(text: str) -> str:
    """A code that is no page's address already."""
    if text == TAKEN_BY_ADDRESSES:
        raise NotAccepted(read=text, accepted="a code of the protocol's own")
    return one_line(text)


class ProtocolForm(FlaskForm):
    """What every version says."""

    name = ReadField("Name", person_name, description="As it stands in lists and on prescriptions")
    steps = ReadField(
        "Steps",
        read_steps,
        widget=TextArea(),
        description=f"One a line, up to {MOST_STEPS}: dose and days, such as 1.5 mg: 14. The last dose lasts on. "
        "A step without days leaves them to each course.",
    )
    maximum = ReadField("Highest dose a day", parse_mass, description="Such as 4.5 mg; a course above it asks why")
    time_of_day = ChoiceField("Taken", [(each.value, each.value) for each in TimeOfDay])
    reference = ReadField("Reference", on_one_line, widget=TextArea(), description="What it rests on; courses show it")

    def said(self, code: str, version: int, reason: str) -> Protocol:
        """The version that the valid form describes; refuses what its constructor refuses."""
        return Protocol(
            code=code,
            version=version,
            name=self.name.value,
            steps=self.steps.value,
            maximum=self.maximum.value,
            time_of_day=TimeOfDay(self.time_of_day.data),
            reference=self.reference.value,
            reason=reason,
        )


class AddProtocolForm(ProtocolForm):
    """A protocol of the site's own."""

    code = ReadField("Code", read_code, description="Small letters, digits and hyphens; it stays, and programs name it")

    def protocol(self) -> Protocol:
        """Its first version."""
        return self.said(self.code.value, 1, "First version")


class ReviseProtocolForm(ProtocolForm):
    """The version after `base`, which stays as it was."""

    reason = ReadField("Reason for this version", on_one_line, widget=TextArea())
    base = ReadField("Version revised", parse_count_text, widget=HiddenInput())

    def start(self, before: Protocol) -> None:
        """The form as the version before says it."""
        self.base.data = str(before.version)
        self.name.data = before.name
        self.steps.data = "\n".join(map(written_step, before.steps))
        self.maximum.data = quantity_text(before.maximum, MASS)
        self.time_of_day.data = before.time_of_day.value
        self.reference.data = before.reference

    def protocol(self, code: str) -> Protocol:
        """The next version."""
        return self.said(code, self.base.value + 1, self.reason.value)


def written_step(step: TitrationStep) -> str:
    """A step as the form reads it: `1.5 mg: 14`, or the dose alone."""
    dose = quantity_text(step.dose, MASS)
    return dose if step.days is None else f"{dose}: {step.days}"
