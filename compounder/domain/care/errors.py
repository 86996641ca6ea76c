"""Refusals of a course: capsules that cannot make its doses, days that nobody set, a change that changes nothing."""

from compounder.domain.errors import CompoundingError


class DoseDoesNotDivide(CompoundingError):
    """A dose that whole capsules of one strength do not make. `nearest` are the doses below and above that do."""

    code = "dose-does-not-divide"
    title = "The dose is not a whole number of capsules"
    dose: str
    strength: str
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        one = len(self.nearest) == 1
        return (
            f"{self.dose} is not a whole number of {self.strength} capsules; "
            f"the nearest {'dose that is' if one else 'doses that are'}: {' and '.join(self.nearest)}."
        )


class StepDaysMissing(CompoundingError):
    """A protocol that leaves the days of its steps to the site, and nobody set them."""

    code = "step-days-missing"
    title = "The days of the steps are missing"
    protocol: str
    field_name: str = "step_days"

    def __str__(self) -> str:
        return f"The {self.protocol} protocol leaves the days of each step to the site; give them as step_days."


class NothingToChange(CompoundingError):
    """Holding or slowing a dose that lasts on already, or stepping back from the first."""

    code = "nothing-to-change"
    title = "There is nothing to change"
    because: str

    def __str__(self) -> str:
        return f"{self.because}; write the steps that you want instead."
