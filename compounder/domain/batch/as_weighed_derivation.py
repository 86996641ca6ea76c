"""The derivation of a plan that was revised to what was weighed: the capsules it fills, and what is left over."""

from collections.abc import Iterator

from compounder.domain.batch.as_weighed import AsWeighed
from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.batch.figures import Figures, active_per_capsule, drug_of_weights
from compounder.domain.batch.order import BatchOrder
from compounder.domain.units import MASS, MASS_PER_CAPSULE, format_shown, magnitude, shown, with_commas

_READING = "reading at the bench"


def derive_as_weighed(order: BatchOrder, told: AsWeighed, figures: Figures) -> Iterator[DerivationLine]:
    """How many capsules the drug powder is enough for, and how many are filled."""
    drug = drug_of_weights(order, [told.weighed])
    per_capsule = active_per_capsule(order, figures.line.strength, figures.potency)
    enough_for = with_commas(shown(magnitude(drug, MASS) / magnitude(per_capsule, MASS_PER_CAPSULE)))
    yield derivation_line(
        "Capsules that the drug as weighed is enough for",
        "drug powder as weighed ÷ drug powder per capsule",
        f"{format_shown(drug, MASS)} ÷ {format_shown(per_capsule, MASS_PER_CAPSULE)}",
        enough_for,
        _READING,
    )
    to_make = f"{figures.capsules_to_make:,}"
    yield derivation_line("Capsules to make", "revised to what was weighed", f"of {enough_for}", to_make, _READING)


def derive_left_over(order: BatchOrder, figures: Figures) -> Iterator[DerivationLine]:
    """What is left of the mixture where it is made of all the drug that was weighed."""
    if order.as_weighed and order.as_weighed.mixes_all:
        dose = figures.dose
        yield derivation_line(
            "Mixture left over",
            "fill per capsule × (capsules mixed for − capsules to make)",
            f"{format_shown(dose.fill.total, MASS_PER_CAPSULE)} × "
            f"({with_commas(shown(dose.mixed_for))} − {dose.capsules_to_make:,})",
            format_shown(dose.left_over, MASS),
            "discarded",
        )
