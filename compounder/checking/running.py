"""One run of every check, told as it goes, and the report of it in a new file."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from compounder.checking.arithmetic import ARITHMETIC
from compounder.checking.caring import CARING
from compounder.checking.checks import Check, Failed, Ground, Outcome, Result, carry_out
from compounder.checking.installation import INSTALLATION
from compounder.checking.keeping import KEEPING
from compounder.checking.making import MAKING
from compounder.checking.papers import PAPERS
from compounder.checking.report import report_of
from compounder.checking.scratch import Scratch
from compounder.checking.triturating import TRITURATING
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_qualification
from compounder.services.whole_files import appearing
from compounder.settings import Settings

CHECKS: tuple[Check, ...] = (*INSTALLATION, *ARITHMETIC, *MAKING, *TRITURATING, *PAPERS, *CARING, *KEEPING)
"""In the order in which they are carried out, and stand on the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is asked for: of which workspace, who asks, on which paper, how many random orders, and when."""

    where: Settings
    run_by: str
    paper: Paper
    orders: int
    at: datetime


def run_checks(
    run: Run, file: Path, begins: Callable[[Check], None], ends: Callable[[Result], None]
) -> Sequence[Result]:
    """What became of every check; the report of it is the new `file`, readable by its owner.

    Refuses a name that is taken before anything is checked; fails with `Failed` where no report can be drawn.
    """
    with (
        appearing(file) as new,
        TemporaryDirectory(prefix="compounder-check-") as folder,
        closing(Scratch(Path(folder), run.at)) as scratch,
    ):
        ground = Ground(where=run.where, scratch=scratch, orders=run.orders, at=run.at)
        results = [_told(each, ground, begins, ends) for each in CHECKS]
        new.write_bytes(_drawn(results, ground, run))
    return results


def _told(check: Check, ground: Ground, begins: Callable[[Check], None], ends: Callable[[Result], None]) -> Result:
    begins(check)
    result = carry_out(check, ground)
    ends(result)
    return result


def _drawn(results: Sequence[Result], ground: Ground, run: Run) -> bytes:
    outcome, pdf = Outcome(), b""
    with outcome:
        pdf = render_qualification(report_of(results, ground, run.run_by), run.paper)
    if outcome.cause:
        raise Failed(f"The report could not be drawn: {outcome.cause}")
    return pdf
