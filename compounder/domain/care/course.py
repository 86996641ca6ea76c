"""A titration course: what it is worked out from, and what comes of it day by day.

The last step lasts until the supply ends; a shorter supply cuts the steps off. Last day = start + supply − 1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from compounder.domain.bounds import Quantities, require_count, require_day, require_length
from compounder.domain.care.filling import FillWith
from compounder.domain.care.protocol import LONGEST, MOST_STEPS, Protocol, TimeOfDay, TitrationStep, require_days
from compounder.domain.errors import MissingKey, NotAccepted
from compounder.domain.findings import Finding
from compounder.domain.units import Mass, MassPerCapsule, mg, of

HIGHEST_STUDIED: Final = of(Decimal(6), mg)
"""The highest daily dose in trials: the maximum of a course that follows no protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOrder:
    """A protocol or free steps, a start day, a supply, and what it is filled with.

    Steps beside a protocol are taken instead of its own, and held to its maximum. `treatment_started_on` is earlier
    than `start_on` where a course goes on from another; from it the weeks of the reassessment are counted.
    """

    start_on: date
    supply_days: int
    fill_with: FillWith
    protocol: Protocol | None = None
    steps: tuple[TitrationStep, ...] | None = None
    step_days: int | None = None
    time_of_day: TimeOfDay | None = None
    treatment_started_on: date | None = None
    beyond_use_date: date | None = None
    calendar: bool = False

    def __post_init__(self) -> None:
        require_day(self.start_on, "start_on")
        require_count(self.supply_days, 1, LONGEST, "supply_days")
        self._require_days_in_order()
        if self.steps is not None:
            require_length(self.steps, MOST_STEPS, "steps")
            require_days(self.steps)
        elif not self.protocol:
            raise MissingKey(missing="protocol or steps")
        self._require_step_days_where_open()

    def _require_days_in_order(self) -> None:
        if self.beyond_use_date:
            require_day(self.beyond_use_date, "beyond_use_date")
        if not self.treatment_started_on:
            return
        require_day(self.treatment_started_on, "treatment_started_on")
        if self.treatment_started_on > self.start_on:
            accepted = "a first day of treatment no later than start_on"
            read = self.treatment_started_on.isoformat()
            raise NotAccepted(read=read, accepted=accepted, field_name="treatment_started_on")

    def _require_step_days_where_open(self) -> None:
        if self.step_days is None:
            self.titration  # noqa: B018 - a protocol that leaves its days to the site refuses
            return
        require_count(self.step_days, 1, LONGEST, "step_days")
        if self.steps is not None or not (self.protocol and self.protocol.leaves_days_to_the_site):
            accepted = "step_days only for a protocol that leaves its days to the site"
            raise NotAccepted(read=self.step_days, accepted=accepted, field_name="step_days")

    @property
    def titration(self) -> tuple[TitrationStep, ...]:
        """Every step with its days, the last lasting on."""
        if self.steps is not None:
            return self.steps
        return self.protocol.steps_of(self.step_days) if self.protocol else ()

    @property
    def maximum(self) -> Mass:
        return self.protocol.maximum if self.protocol else HIGHEST_STUDIED

    @property
    def last_dose_on(self) -> date:
        return self.start_on + timedelta(days=self.supply_days - 1)

    @property
    def first_day_of_treatment(self) -> date:
        return self.treatment_started_on or self.start_on


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStep(Quantities):
    """One step as far as the supply reaches, first and last day included."""

    dose: Mass
    starts_on: date
    ends_on: date
    strength: MassPerCapsule
    capsules_per_day: int

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def capsules(self) -> int:
        return self.days * self.capsules_per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a course comes to: its steps, the capsules of each strength, when to reassess, and what to look at."""

    start_on: date
    last_dose_on: date
    time_of_day: TimeOfDay
    steps: tuple[CourseStep, ...]
    capsules: Mapping[MassPerCapsule, int]
    reassess_from: date
    reassess_to: date
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseDay:
    """One day of the calendar: which day of the course, and what is taken; its step has been checked."""

    day: int
    on: date
    dose: Mass
    strength: MassPerCapsule
    capsules: int


def calendar_of(course: Course) -> Iterator[DoseDay]:
    """Every day of the course, one after the other, without a gap."""
    for step in course.steps:
        for later in range(step.days):
            on = step.starts_on + timedelta(days=later)
            yield DoseDay(
                day=(on - course.start_on).days + 1,
                on=on,
                dose=step.dose,
                strength=step.strength,
                capsules=step.capsules_per_day,
            )
