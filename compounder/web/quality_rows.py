"""What rules come to, as rows of a list: one clause a row."""

from typing import Final

from compounder.domain.quality.results import QualityResult
from compounder.domain.wording import with_capital
from compounder.web.tables import Cell, Row

RESULT_COLUMNS: Final = (
    ("Rule", "strong"),
    ("Found", "figure"),
    ("Accepted", "range"),
    ("Result", "status"),
    ("Why", "text"),
    ("Whose rule", "quiet"),
)
PASSES, FAILS = Cell(text="passes", tone="done"), Cell(text="fails", tone="held")


def result_row(result: QualityResult, otherwise: Cell = FAILS) -> Row:
    """One rule's clause, in the order of `RESULT_COLUMNS`; `otherwise` is what it is called that does not pass."""
    return (
        result.title,
        result.figure_text,
        result.limit_text,
        PASSES if result.passes else otherwise,
        result.sentence,
        with_capital(result.source),
    )
