"""What the capsules of a batch say of their filler: the pack statistic that would have foretold their weight.

A batch is a mixture; its drug takes the room that its own statistic says. With the mean net weight W shared as planned,
drug a = W × active ÷ fill and filler f = W − a, the filler's statistic is f ÷ (1 − a ÷ P), P the drug's own: the
pack-statistic method of the plan, solved for the filler. It becomes a lot's statistic only by a person's decision.
"""

from dataclasses import dataclass

from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.bounds import Quantities
from compounder.domain.errors import OutOfBounds
from compounder.domain.units import MASS_PER_CAPSULE, Mass, MassPerCapsule, capsule, format_shown, of, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureFacts(Quantities):
    """The batch whose capsules were weighed in place of pure powder, and what its plan says of them: fill and drug
    powder a capsule, and the drug's pack statistic."""

    batch: str
    fill: MassPerCapsule
    active: MassPerCapsule
    active_statistic: MassPerCapsule

    def filled_with(self, mean_net: Mass) -> "FilledMixture":
        """The mixture whose capsules hold this much on average."""
        return FilledMixture(plan=self, mean_net=mean_net)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledMixture(Quantities):
    """A batch's mean net weight beside its plan."""

    plan: MixtureFacts
    mean_net: Mass

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        active, fill = self.plan.active, self.plan.fill
        if active > fill:
            raise OutOfBounds(read=_mg(active), least="above 0", most=_mg(fill), field_name="active")
        if self.active_filled >= self.plan.active_statistic:
            most = f"less than {_mg(self.plan.active_statistic)}"
            raise OutOfBounds(read=_mg(self.active_filled), least="above 0", most=most, field_name="mean_net")

    @property
    def net(self) -> MassPerCapsule:
        return self.mean_net / of(1, capsule)

    @property
    def active_filled(self) -> MassPerCapsule:
        """Drug powder in the mean capsule."""
        return self.net * ratio(self.plan.active / self.plan.fill)


def filler_statistic(mixture: FilledMixture) -> MassPerCapsule:
    """The filler's pack statistic that these capsules show."""
    drug = mixture.active_filled
    return (mixture.net - drug) / (1 - ratio(drug / mixture.plan.active_statistic))


def derive_filler_statistic(mixture: FilledMixture) -> tuple[DerivationLine, ...]:
    """How that statistic came about."""
    drug, net = _mg(mixture.active_filled), _mg(mixture.net)
    return (
        derivation_line(
            "Drug in the mean capsule",
            "mean net × active ÷ fill",
            f"{net} × {_mg(mixture.plan.active)} ÷ {_mg(mixture.plan.fill)}",
            drug,
            "weights taken; plan",
        ),
        derivation_line(
            "Filler's pack statistic",
            "(mean net − drug) ÷ (1 − drug ÷ drug's pack statistic)",
            f"({net} − {drug}) ÷ (1 − {drug} ÷ {_mg(mixture.plan.active_statistic)})",
            _mg(filler_statistic(mixture)),
            "pack-statistic method",
        ),
    )


def _mg(mass: MassPerCapsule) -> str:
    return format_shown(mass, MASS_PER_CAPSULE)
