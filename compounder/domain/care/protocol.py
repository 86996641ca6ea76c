"""Titration protocols: steps of dose and days, the time of day, the highest dose, and what they rest on.

Standard: published review (Ophthalmology), patient guides. Gradual: a specialist pharmacist's. Trial: 0.75 mg steps to
6 mg (Bruun-Plesner 2020: ED50 3.88 mg, ED95 5.40 mg); the days of each step are the site's own. A protocol is kept in
numbered versions that are never edited.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from compounder.domain.bounds import Quantities, require_count, require_length, require_text
from compounder.domain.care.errors import StepDaysMissing
from compounder.domain.errors import MissingKey, NotAccepted, refuse_all
from compounder.domain.units import MASS, Mass, format_dose, mg, of

LONGEST: Final = 3_650
"""Days of the longest step and of the longest supply: no beyond-use policy reaches further."""
MOST_STEPS: Final = 100
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_LONGEST_NAME = 60
_LONGEST_TEXT = 500


class TimeOfDay(StrEnum):
    """When a dose is taken: at bedtime; in the morning when dreams or sleep disturb."""

    BEDTIME = "bedtime"
    MORNING = "morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitrationStep(Quantities):
    """One dose a day for so many days. The last step of all lasts on, whatever its days."""

    dose: Mass
    days: int | None = None

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        if self.days is not None:
            require_count(self.days, 1, LONGEST, "days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol(Quantities):
    """One version of a protocol. `reason` says why it differs from the version before.

    A step without days, before the last, leaves them to the site.
    """

    code: str
    version: int = 1
    name: str
    steps: tuple[TitrationStep, ...]
    maximum: Mass
    time_of_day: TimeOfDay = TimeOfDay.BEDTIME
    reference: str
    reason: str = "First version"

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        if not _CODE.fullmatch(self.code):
            accepted = "a code of lower-case letters, digits and hyphens"
            raise NotAccepted(read=self.code, accepted=accepted, field_name="code")
        require_count(self.version, 1, 9_999, "version")
        require_text(self.name, _LONGEST_NAME, "name")
        require_length(self.steps, MOST_STEPS, "steps")
        require_text(self.reference, _LONGEST_TEXT, "reference")
        require_text(self.reason, _LONGEST_TEXT, "reason")
        self._require_doses_within_maximum()

    def _require_doses_within_maximum(self) -> None:
        refuse_all(
            NotAccepted(
                read=format_dose(step.dose, MASS),
                accepted=f"a dose up to the protocol's maximum, {format_dose(self.maximum, MASS)},",
                pointer=f"/steps/{index}/dose",
            )
            for index, step in enumerate(self.steps)
            if step.dose > self.maximum
        )

    @property
    def leaves_days_to_the_site(self) -> bool:
        return any(step.days is None for step in self.steps[:-1])

    def steps_of(self, step_days: int | None) -> tuple[TitrationStep, ...]:
        """The steps, with `step_days` where the protocol leaves them to the site; refuses with `StepDaysMissing`."""
        if not self.leaves_days_to_the_site:
            return self.steps
        if step_days is None:
            raise StepDaysMissing(protocol=self.name.lower())
        return tuple(step if step.days else replace(step, days=step_days) for step in self.steps)


def require_days(steps: Sequence[TitrationStep]) -> None:
    """Refuses with `MissingKey` each step before the last that has no days."""
    refuse_all(
        MissingKey(missing="days", pointer=f"/steps/{index}")
        for index, step in enumerate(steps[:-1])
        if step.days is None
    )


STANDARD: Final = Protocol(
    code="standard",
    name="Standard",
    steps=tuple(TitrationStep(dose=of(Decimal(dose), mg), days=14) for dose in ("1.5", "3", "4.5")),
    maximum=of(Decimal("4.5"), mg),
    reference="Published review (Ophthalmology), patient guides",
)
GRADUAL: Final = Protocol(
    code="gradual",
    name="Gradual",
    steps=tuple(
        TitrationStep(dose=of(Decimal(dose), mg), days=7)
        for dose in ("0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5")
    ),
    maximum=of(Decimal("4.5"), mg),
    reference="Specialist pharmacist",
)
TRIAL: Final = Protocol(
    code="trial",
    name="Trial",
    steps=tuple(
        TitrationStep(dose=of(Decimal(dose), mg)) for dose in ("0.75", "1.5", "2.25", "3", "3.75", "4.5", "5.25", "6")
    ),
    maximum=of(Decimal(6), mg),
    reference="Bruun-Plesner 2020: ED50 3.88 mg, ED95 5.40 mg; the days of each step are the site's own",
)
PROTOCOLS: Final = {protocol.code: protocol for protocol in (STANDARD, GRADUAL, TRIAL)}
"""What a new site starts with."""


def protocol_named(name: object) -> Protocol:
    """The protocol that a new site starts with under this name; refuses another name with `NotAccepted`.

    >>> protocol_named("standard").reference
    'Published review (Ophthalmology), patient guides'
    """
    if not isinstance(name, str) or name not in PROTOCOLS:
        raise NotAccepted(read=name, accepted=f"{' or '.join(PROTOCOLS)}, or a protocol written out,")
    return PROTOCOLS[name]
