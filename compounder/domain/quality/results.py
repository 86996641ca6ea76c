"""One rule's verdict: which rule, whose, the figure, its limits, whether it passes, why, and how the figure came about.

Every figure is a share, 1 being all of it: of theory, of the mean, of the label claim, of the powder weighed. An
acceptance value is kept as one too, and told by its number alone (USP <905>: it has no unit).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import count
from typing import Final

from compounder.domain.batch.derivation_lines import DerivationLine
from compounder.domain.units import Percent, percent_text
from compounder.domain.wording import with_minus


class RuleName(StrEnum):
    """The rules that finished capsules may be held to."""

    NET_WEIGHT = "net-weight"
    RELATIVE_STANDARD_DEVIATION = "relative-standard-deviation"
    POWDER_LOSS = "powder-loss"
    WHO = "who-5-2"
    PH_EUR = "ph-eur-2-9-5"
    BRAZIL = "brazil-formulario-nacional"
    DAC_NRF = "dac-nrf-in-process"
    CONTENT = "usp-905-content"


PHARMACOPOEIAS: Final = (RuleName.WHO, RuleName.PH_EUR, RuleName.BRAZIL, RuleName.DAC_NRF)
"""The rules on weights that a formulation may name beside its own limits."""
UNITS_ASKED: Final[Mapping[RuleName, tuple[int, ...]]] = {
    RuleName.WHO: (20,),
    RuleName.PH_EUR: (20,),
    RuleName.BRAZIL: (10,),
    RuleName.DAC_NRF: (10, 20),
}
"""How many capsules each of them is of."""


def units_for(rules: Collection[RuleName], least: int) -> int:
    """How few capsules, `least` of them or more, satisfy all these rules; 0 where no number does."""
    asked = [set(UNITS_ASKED[rule]) for rule in rules]
    if not asked:
        return least
    return min((number for number in set.intersection(*asked) if number >= least), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityResult:
    """What one clause of a rule comes to. `least` is None where only a most is set."""

    rule: RuleName
    title: str
    source: str
    figure: Percent
    least: Percent | None
    most: Percent
    passes: bool
    sentence: str
    derivation: tuple[DerivationLine, ...]

    @property
    def is_acceptance_value(self) -> bool:
        """Whether the figure is one, and no share of anything."""
        return self.rule is RuleName.CONTENT and self.least is None

    @property
    def figure_text(self) -> str:
        """The figure to read, never rounded across a limit."""
        text = told(self.figure, self.least, self.most)
        return text.removesuffix(" %") if self.is_acceptance_value else text

    @property
    def limit_text(self) -> str:
        """The limits to read."""
        if self.is_acceptance_value:
            return f"at most {self.most.scaleb(2):.1f}"
        return told_limit(self.least, self.most)


def told(figure: Decimal, *limits: Decimal | None) -> str:
    """A share as a percentage of one decimal place; of more, where fewer would say another verdict than the figure.

    >>> told(Decimal("1.1"), Decimal("1.1")), told(Decimal("1.10004"), Decimal("1.1"))
    ('110.0 %', '110.004 %')
    >>> told(Decimal("-0.002")), told(Decimal("-0.0002"))
    ('−0.2 %', '0.0 %')
    """
    return with_minus(next(text for text in _rounded(figure) if _agrees(text, figure, limits))) + " %"


def _rounded(figure: Decimal) -> Iterator[str]:
    exact = figure.scaleb(2)
    most_places = max(1, -int(exact.as_tuple().exponent))
    for places in count(1):
        rounded = exact.quantize(Decimal(1).scaleb(-min(places, most_places)), ROUND_HALF_UP)
        yield f"{rounded or abs(rounded):f}"


def _agrees(text: str, figure: Decimal, limits: Iterable[Decimal | None]) -> bool:
    rounded = Decimal(text).scaleb(-2)
    return all(rounded.compare(limit) == figure.compare(limit) for limit in limits if limit is not None)


def told_limit(least: Decimal | None, most: Decimal) -> str:
    """Limits as people read them: `at most 4 %`, `90 % to 110 %`."""
    upper = f"{percent_text(most)} %"
    return f"at most {upper}" if least is None else f"{percent_text(least)} % to {upper}"
