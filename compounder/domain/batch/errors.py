"""Refusals of a batch: no capsule holds what the order asks for, or nobody knows what a capsule holds."""

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


class MissingPackStatistic(CompoundingError):
    code = "missing-pack-statistic"
    title = "No pack statistic"
    ingredient: str
    size: str

    def __str__(self) -> str:
        where = f"capsule size {self.size}" if self.size else "any capsule size allowed"
        return f"{self.ingredient.capitalize()} has no pack statistic for {where}; measure one and enter it on its lot."


class MissingCapsuleVolume(MissingPackStatistic):
    """Densities fill a capsule only where its volume is known."""

    title = "No capsule volume"
    ingredient: str = ""

    def __str__(self) -> str:
        which = f"Capsule size {self.size}" if self.size else "Every capsule size allowed"
        return f"{which} lacks a volume; enter it among the capsule volumes."
