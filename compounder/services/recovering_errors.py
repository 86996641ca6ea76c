"""Refusals of a recovery at the bench: nothing is over, or far too much, it is no drug, or the way cannot be gone; and
of the way back from one."""

from compounder.domain.errors import CompoundingError


class OnlyDrugRecovers(CompoundingError):
    """Filler that is over is taken away again: the drug is not in it."""

    code = "only-drug-recovers"
    title = "Not a drug"
    ingredient: str

    def __str__(self) -> str:
        return f"No plan is revised to {self.ingredient}, which is next; what is over is taken away or discarded."


class NotOver(CompoundingError):
    """A reading that asks for no other plan."""

    code = "not-over"
    title = "The reading is not over"
    read: str
    most: str
    field_name: str = "reading"

    def __str__(self) -> str:
        return f"{self.read} is not above {self.most}, the most that the plan accepts; weigh it at the bench."


class FarOver(CompoundingError):
    """So much over that a slip is likelier: a decimal point, another unit, the container on the balance."""

    code = "far-over"
    title = "More than twice what is to be weighed"
    read: str
    planned: str
    field_name: str = "reading"

    def __str__(self) -> str:
        return f"{self.read} is more than twice {self.planned}; weigh it again. If it is so, discard it."


class WayImpossible(CompoundingError):
    """A way that is not offered, and why."""

    code = "way-impossible"
    title = "The plan cannot be revised so"
    because: str
    field_name: str = "way"

    def __str__(self) -> str:
        return self.because


class NoPlanBefore(CompoundingError):
    """A plan that no recovery made."""

    code = "no-plan-before"
    title = "No plan to go back to"
    lot_number: str
    plan_number: int

    def __str__(self) -> str:
        return f"Plan {self.plan_number} of batch {self.lot_number} was not revised at the bench; go on with it."


class StillRestsUpon(CompoundingError):
    """A weighing that the plan before does not accept."""

    code = "still-rests-upon"
    title = "Something is weighed by the revised plan"
    ingredient: str
    read: str
    plan_number: int

    def __str__(self) -> str:
        weighed = f"{self.ingredient} is weighed, {self.read}"
        return f"{weighed}, which plan {self.plan_number} does not accept; discard it first."


class PlanMovedOn(CompoundingError):
    """A page of a plan that is not in force any more."""

    code = "plan-moved-on"
    title = "The plan has moved on"
    lot_number: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} has another plan now; nothing was stored. Look at it again."
