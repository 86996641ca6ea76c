"""A derivation as the papers print it."""

from collections.abc import Iterable

from compounder.domain.batch.derivation_lines import DerivationLine as WorkedOut
from compounder.printing.documents import DerivationLine


def printed_derivation(lines: Iterable[WorkedOut]) -> tuple[DerivationLine, ...]:
    """Each line in its columns: figure, rule, numbers, result, source."""
    return tuple(
        DerivationLine(
            label=line.label, rule=line.formula, numbers=line.numbers, result=line.result, source=line.source
        )
        for line in lines
    )
