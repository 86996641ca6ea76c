"""Finished capsules with good defaults: what they weigh, what they should hold, what became of them."""

from collections.abc import Iterable
from dataclasses import astuple
from decimal import Decimal
from typing import Any

from compounder.domain.batch.derivation_lines import DerivationLine
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.weight_rules import Inspected
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation
from compounder.domain.units import READING, Quantity, mg, mg_per_capsule, of, parse_mass, parse_quantity

SHELL = "48 mg"
NETS = ("118.9", "121.4", "120.2", "119.6", "122.3", "120.8", "117.7", "121.1", "119.4", "120.6")


def readings(texts: Iterable[str]) -> tuple[Quantity, ...]:
    """Weights as a balance shows them, in mg."""
    return tuple(parse_quantity(f"{text} mg", READING) for text in texts)


def as_printed(lines: Iterable[DerivationLine]) -> list[tuple[str, ...]]:
    """What a paper tells of a derivation, line by line."""
    return [astuple(line) for line in lines]


def net_weights(*nets: str) -> CapsuleWeights:
    """Capsules that hold this much, in shells of 48 mg."""
    filled = tuple(of(Decimal(net) + 48, mg) for net in nets)
    return CapsuleWeights(filled=filled, mean_empty_shell=parse_mass(SHELL))


def the_limits(**changes: Any) -> QualityLimits:
    """The first formulation's limits."""
    usual: dict[str, Any] = {
        "capsules_weighed": 10,
        "net_weight_from": Decimal("0.9"),
        "net_weight_to": Decimal("1.1"),
        "relative_standard_deviation": Decimal("0.04"),
        "powder_loss": Decimal("0.03"),
        "description": "White powder",
    }
    return QualityLimits(**(usual | changes))


def inspected(*nets: str, theory: str = "120", **limits: Any) -> Inspected:
    """Capsules that hold this much; ten usual ones where nothing is said."""
    return Inspected(
        weights=net_weights(*(nets or NETS)), theory=of(Decimal(theory), mg_per_capsule), limits=the_limits(**limits)
    )


def a_reconciliation(**changes: Any) -> Reconciliation:
    """A hundred and three capsules, all accounted for, of 12.36 g of powder."""
    usual: dict[str, Any] = {
        "made": 103,
        "good": 101,
        "rejected": 1,
        "samples": 1,
        "powder_weighed": parse_mass("12.36 g"),
        "powder_left": of(0, mg),
    }
    return Reconciliation(**(usual | changes))
