"""One line of a derivation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationLine:
    """One figure: `formula` in words, `numbers` put in, `result`, and whose rule or figure it is."""

    label: str
    formula: str
    numbers: str
    result: str
    source: str


def derivation_line(label: str, formula: str, numbers: str, result: str, source: str) -> DerivationLine:
    """The line, its parts in the worksheet's order."""
    return DerivationLine(label=label, formula=formula, numbers=numbers, result=result, source=source)
