"""The course form: a protocol or steps of its own, a start day, a supply, and what it is filled with."""

from collections.abc import Sequence

from wtforms import Form
from wtforms.widgets import TextArea

from compounder.domain.calendar import parse_day
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.filling import MultiplesOf, StepStrengths
from compounder.domain.care.protocol import MOST_STEPS, Protocol, TimeOfDay, TitrationStep
from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.units import MASS, format_dose, parse_count_text, parse_mass
from compounder.web.fields import ChoiceField, ReadField, complain, place
from compounder.web.readers import lines_of, read_per_capsule

USUAL_SUPPLY = "30"
NO_PROTOCOL = ""
OTHER_STEPS = "none, other steps"


def read_steps(text: str) -> tuple[TitrationStep, ...]:
    """Steps, one a line, such as `1.5 mg: 14`; the last may stand without its days."""
    return tuple(_read_step(line) for line in lines_of(text))


def _read_step(line: str) -> TitrationStep:
    dose, colon, days = line.partition(":")
    if colon and not days.strip():
        raise NotAccepted(read=line, accepted="a dose and its days, such as 1.5 mg: 14,")
    return TitrationStep(dose=parse_mass(dose.strip()), days=parse_count_text(days.strip()) if colon else None)


def read_multiples(text: str) -> MultiplesOf:
    """The one strength whose multiples the doses are, such as `1.5 mg`."""
    return MultiplesOf(read_per_capsule(text))


class CourseForm(Form):
    """A course. It names nobody and nothing of it is stored, so it may stand in the address."""

    protocol = ChoiceField("Protocol")
    start_on = ReadField("First dose on", parse_day)
    supply_days = ReadField("Supply, days", parse_count_text, description="30, 60, 90 or any number")
    fill_with = ReadField(
        "Filled with multiples of",
        read_multiples,
        is_optional=True,
        description="One strength, such as 1.5 mg. Empty: each step its own strength",
    )
    steps = ReadField(
        "Other steps",
        read_steps,
        is_optional=True,
        widget=TextArea(),
        description=f"One a line, up to {MOST_STEPS}: dose and days, such as 1.5 mg: 14. The last dose lasts on.",
    )
    step_days = ReadField(
        "Days of each step",
        parse_count_text,
        is_optional=True,
        description="For a protocol that leaves them to you",
    )
    time_of_day = ChoiceField(
        "Taken", [("", "as the protocol says"), *((each.value, each.value) for each in TimeOfDay)]
    )
    treatment_started_on = ReadField(
        "First day of treatment", parse_day, is_optional=True, description="Where this supply goes on from another"
    )
    beyond_use_date = ReadField(
        "Beyond-use date", parse_day, is_optional=True, description="Of capsules that are made already"
    )

    protocols: Sequence[Protocol] = ()
    """Those that are offered."""

    def offer(self, protocols: Sequence[Protocol]) -> None:
        """The protocols to choose from, each with what it does."""
        self.protocols = protocols
        self.protocol.offer([*((each.code, _described(each)) for each in protocols), (NO_PROTOCOL, OTHER_STEPS)])

    def start(self, today: str) -> None:
        """An empty form: the first protocol, from today, for thirty days."""
        self.protocol.data = next((each.code for each in self.protocols), NO_PROTOCOL)
        self.time_of_day.data = ""
        self.start_on.data, self.supply_days.data = today, USUAL_SUPPLY

    def order(self) -> CourseOrder | None:
        """The course asked for, or None after complaining at every field that cannot be read."""
        if not self.validate() or not self._has_one_plan():
            return None
        try:
            return self._order(next((each for each in self.protocols if each.code == self.protocol.data), None))
        except CompoundingError as refusal:
            place(self, refusal, list(self))
            return None

    def _has_one_plan(self) -> bool:
        """Whether it is either a protocol or steps of its own: which of two is meant nobody guesses."""
        has_protocol = self.protocol.data != NO_PROTOCOL
        if has_protocol and self.steps.value:
            complain(self.steps, f"A protocol is chosen too; empty this, or choose “{OTHER_STEPS}” as the protocol.")
        if not has_protocol and not self.steps.value:
            complain(self.steps, "Write the steps here, or choose a protocol.")
        return not self.steps.errors

    def _order(self, protocol: Protocol | None) -> CourseOrder:
        return CourseOrder(
            start_on=self.start_on.value,
            supply_days=self.supply_days.value,
            fill_with=self.fill_with.value or StepStrengths(),
            protocol=protocol,
            steps=self.steps.value,
            step_days=self.step_days.value,
            time_of_day=TimeOfDay(self.time_of_day.data) if self.time_of_day.data else None,
            treatment_started_on=self.treatment_started_on.value,
            beyond_use_date=self.beyond_use_date.value,
        )

    @property
    def asks_for_more(self) -> bool:
        """Whether anything is filled in, or wrong, that most courses leave empty."""
        fields = (self.steps, self.step_days, self.time_of_day, self.treatment_started_on, self.beyond_use_date)
        return any((field.data or "").strip() or field.errors for field in fields)


def _described(protocol: Protocol) -> str:
    """`Standard: 1.5 mg to 4.5 mg in 3 steps`."""
    first, last = (format_dose(step.dose, MASS) for step in (protocol.steps[0], protocol.steps[-1]))
    return f"{protocol.name}: {first} to {last} in {len(protocol.steps)} steps"
