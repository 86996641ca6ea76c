"""Refusals of what was found on finished capsules: it cannot be, or a rule cannot be worked out from it."""

from compounder.domain.errors import CompoundingError


class LighterThanItsShell(CompoundingError):
    """A filled capsule that weighs less than its empty shell; against the mean shell, less than half of it."""

    code = "lighter-than-its-shell"
    title = "Lighter than its shell"
    number: int
    filled: str
    shell: str
    field_name: str = "filled"

    def __str__(self) -> str:
        return f"Capsule {self.number} weighs {self.filled}, its shell {self.shell}; weigh both again."


class NoCapsuleHoldsIt(CompoundingError):
    """A weight that no capsule of the batch has: a point that slipped, two capsules on the pan."""

    code = "no-capsule-holds-it"
    title = "No capsule holds so much"
    number: int
    filled: str
    planned: str
    field_name: str = "filled"

    def __str__(self) -> str:
        over = f"more than twice what it should hold, {self.planned}"
        return f"Capsule {self.number} weighs {self.filled}, {over}; look at that figure again."


class NothingInTheCapsules(CompoundingError):
    code = "nothing-in-the-capsules"
    title = "Nothing in the capsules"
    mean: str
    shell: str
    field_name: str = "filled"

    def __str__(self) -> str:
        return f"The capsules weigh {self.mean} on average, no more than a shell of {self.shell}; correct the weights."


class ShellsDoNotMatch(CompoundingError):
    """Each capsule's own shell is weighed, or the mean shell of all; nothing between."""

    code = "shells-do-not-match"
    title = "Shells and capsules do not match"
    capsules: int
    shells: int
    field_name: str = "empty_shells"

    def __str__(self) -> str:
        return f"{self.capsules} capsules but {self.shells} shells were weighed; weigh each shell, or give their mean."


class WrongNumberWeighed(CompoundingError):
    """A rule asks for another number of units than there are."""

    code = "wrong-number-weighed"
    title = "Another number is asked for"
    rule: str
    units: int
    asked: str
    field_name: str = "filled"

    def __str__(self) -> str:
        return f"{self.rule} asks for {self.asked} units; {self.units} were given."


class MoreOutThanIn(CompoundingError):
    """More left the batch than went into it: capsules, or powder."""

    code = "more-out-than-in"
    title = "More out than in"
    out: str
    into: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{self.out} cannot come out of {self.into}; count and weigh again."


class TooFewForControlLimits(CompoundingError):
    """Control limits come from moving ranges: one figure alone has none."""

    code = "too-few-for-control-limits"
    title = "Too few for control limits"
    figures: int
    least: int

    def __str__(self) -> str:
        return f"{self.figures} given; control limits need at least {self.least}."


class NotInPercent(CompoundingError):
    """Contents of an assay that are too low on average to be percent of the label claim."""

    code = "not-in-percent"
    title = "Not in percent"
    mean: str
    least: str
    field_name: str = "first"

    def __str__(self) -> str:
        return (
            f"The mean is {self.mean} of the label claim, below {self.least}; "
            "type each content in percent, 98.2 for 98.2 %."
        )
