"""Refusals of a batch: no capsule holds what the order asks for."""

from compounder.domain.errors import CompoundingError


class DoseExceedsCapsule(CompoundingError):
    code = "dose-exceeds-capsule"
    title = "The dose does not fit the capsule"
    strength: str
    size: str
    objection: str
    fitting_size: str
    fixed_fill: str = ""

    def __str__(self) -> str:
        if self.fixed_fill:
            return f"A fill of {self.fixed_fill} does not hold {self.strength}: {self.objection}; plan a heavier fill."
        advice = f"size {self.fitting_size} holds it" if self.fitting_size else "no size with known figures holds it"
        return f"A size {self.size} capsule does not hold {self.strength}: {self.objection}; {advice}."


class AliquotExceedsFiller(CompoundingError):
    """What comes with the drug in an aliquot is more than all the filler that the capsules take."""

    code = "aliquot-exceeds-filler"
    title = "The aliquot does not fit the capsules"
    strength: str
    aliquot: str
    diluent: str
    filler: str

    def __str__(self) -> str:
        return (
            f"{self.aliquot} brings {self.diluent} of diluent to {self.strength}; "
            f"its capsules take {self.filler} of filler. Take a stronger one."
        )
