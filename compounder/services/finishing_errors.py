"""Refusals of what is entered of finished capsules."""

from compounder.domain.errors import CompoundingError


class NotAtTheBench(CompoundingError):
    """A batch that is released or held: its capsules were weighed before, or wait."""

    code = "not-at-the-bench"
    title = "Not at the bench"
    lot_number: str
    status: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} is {self.status}; capsules are weighed until one is released."


class NotWeighedYet(CompoundingError):
    """Loss comes from the mean net weight."""

    code = "not-weighed-yet"
    title = "Not weighed yet"
    lot_number: str

    def __str__(self) -> str:
        return f"The capsules of {self.lot_number} are not weighed; weigh them first: the loss comes from their mean."


class EnteredAlready(CompoundingError):
    """Other figures than those that hold: they come beside the earlier ones, with a reason."""

    code = "entered-already"
    title = "Entered already"
    lot_number: str
    did: str
    name: str
    field_name: str = "reason"

    def __str__(self) -> str:
        return f"{self.name} {self.did} the capsules of {self.lot_number} already; say why they are {self.did} again."


class SaysNothingOfItsFiller(CompoundingError):
    """Capsules from a trituration or tablets, or of a drug without a pack statistic of its own."""

    code = "says-nothing-of-its-filler"
    title = "Nothing follows for the filler"
    lot_number: str

    def __str__(self) -> str:
        return f"No pack statistic of the filler follows from the capsules of {self.lot_number}; measure pure filler."


class NamedRuleLeftOut(CompoundingError):
    """A rule that the formulation names is checked, or somebody says why it is not."""

    code = "named-rule-left-out"
    title = "A rule of the formulation is left out"
    rule: str
    field_name: str = "left_out_because"

    def __str__(self) -> str:
        return f"The formulation names {self.rule}; tick it, or say why it is not checked."


class NothingToAssay(CompoundingError):
    """A batch that was given up before anything came of it."""

    code = "nothing-to-assay"
    title = "Nothing to assay"
    lot_number: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} is voided; nothing came of it that a laboratory could have assayed."
