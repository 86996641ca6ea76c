"""How the figures of finished capsules' weights came about, line by line."""

from decimal import Decimal

from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.quality.spread import Spread
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.units import MASS, Mass, format_reading, format_shown, mg, of, ratio, shown


def derive_share(weights: CapsuleWeights, planned: Mass, index: int, source: str) -> tuple[DerivationLine, ...]:
    """The capsule that is farthest from theory: what it holds, and what share of the planned fill that is."""
    net = weights.net_weights[index]
    filled, shell = format_reading(weights.filled[index]), format_shown(weights.shells[index], MASS)
    tare = "its own empty shell" if weights.empty_shells else "mean empty shell"
    return (
        derivation_line(
            f"Net weight of capsule {index + 1}", f"filled − {tare}", f"{filled} − {shell}", _mg(net), "weights taken"
        ),
        derivation_line(
            "Share of theory",
            "net weight ÷ planned fill",
            f"{_mg(net)} ÷ {_mg(planned)}",
            shown(ratio(net / planned)),
            source,
        ),
    )


def derive_spread(spread: Spread, what: str, source: str) -> tuple[DerivationLine, ...]:
    """Mean, standard deviation, and their quotient."""
    deviation = _mg(of(spread.standard_deviation, mg))
    numbers = f"√(Σ(x − {_mg(of(spread.mean, mg))})² ÷ {len(spread.figures) - 1})"
    return (
        derive_mean(spread, what),
        derivation_line("Standard deviation", "√(Σ(x − mean)² ÷ (n − 1))", numbers, deviation, "weights taken"),
        derivation_line(
            "Relative standard deviation",
            "standard deviation ÷ mean",
            f"{deviation} ÷ {_mg(of(spread.mean, mg))}",
            shown(spread.relative_standard_deviation),
            source,
        ),
    )


def derive_deviation(spread: Spread, judged: Decimal, set_aside: int, source: str) -> tuple[DerivationLine, ...]:
    """The weight that decides, and how far it lies from the mean."""
    label = f"Largest deviation, {set_aside} set aside" if set_aside else "Largest deviation"
    weight, mean = _mg(of(judged, mg)), _mg(of(spread.mean, mg))
    result = shown(abs(spread.deviation(judged)))
    return (
        derive_mean(spread, "weights"),
        derivation_line(label, "abs(weight − mean) ÷ mean", f"abs({weight} − {mean}) ÷ {mean}", result, source),
    )


def derive_mean(spread: Spread, what: str) -> DerivationLine:
    """The mean of these weights."""
    total = _mg(of(sum(spread.figures, Decimal(0)), mg))
    return derivation_line(
        f"Mean of the {what}", "Σx ÷ n", f"{total} ÷ {len(spread.figures)}", _mg(of(spread.mean, mg)), "weights taken"
    )


def _mg(mass: Mass) -> str:
    return format_shown(mass, MASS)
