"""How certain a content is, as the papers print it: expanded, the budget line by line, and what it leaves out."""

from decimal import ROUND_HALF_UP, Context, Decimal

from compounder.domain.batch.uncertainty import LEFT_OUT, Uncertainty
from compounder.domain.units import percent_text
from compounder.domain.wording import with_capital
from compounder.printing.documents import BudgetLine, PrintedUncertainty

_BRIEFLY = Context(prec=3, rounding=ROUND_HALF_UP)


def printed_uncertainty(uncertainty: Uncertainty) -> PrintedUncertainty:
    """Three significant digits: a fourth says nothing of what a balance does."""
    return PrintedUncertainty(
        expanded=_percent(uncertainty.percent),
        coverage_factor=str(uncertainty.coverage_factor),
        budget=tuple(
            BudgetLine(term=with_capital(term.term), contribution=_percent(term.percent)) for term in uncertainty.budget
        ),
        left_out=LEFT_OUT,
    )


def _percent(share: Decimal) -> str:
    return f"{percent_text(_BRIEFLY.plus(share))} %"
