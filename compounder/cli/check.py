"""`compounder check`: shows on this machine that the installed program does what it is relied on for, and files it;
`compounder components`: what it is made of here."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compounder.checking.checks import Check, Result

NOT_PASSED = 1


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), help="The new file of the report; compounder-check-DATE-TIME.pdf if none."
)
@click.option("--by", "run_by", default="", metavar="NAME", help="Who runs it; without a name, written in by hand.")
@click.option("--paper", type=click.Choice(["A4", "Letter"]), default="A4", show_default=True, help="What it is for.")
@click.option(
    "--orders",
    default=3000,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="How many random orders are worked out a second time.",
)
def check(out: Path | None, run_by: str, paper: str, orders: int) -> None:
    """Check this installation, and write a report to be signed and filed.

    The workspace in COMPOUNDER_HOME is only looked at; orders are made in a scratch pharmacy, which is deleted again.
    Prints a line for each check, and ends with status 1 where one fails.
    """
    from compounder import clock  # noqa: PLC0415 - only commands that do something ask for the time
    from compounder.checking.checks import Failed  # noqa: PLC0415 - only this command checks
    from compounder.checking.running import Run, run_checks  # noqa: PLC0415 - as above
    from compounder.printing.paper import Paper  # noqa: PLC0415 - as above
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    at = clock.now()
    run = Run(where=from_environment(), run_by=run_by, paper=Paper[paper.upper()], orders=orders, at=at)
    file = out or Path(f"compounder-check-{at:%Y-%m-%d-%H%M}.pdf")
    try:
        results = run_checks(run, file, _begins, _ends)
    except Failed as failure:
        raise click.ClickException(str(failure)) from None
    failed = sum(not each.has_passed for each in results)
    said = f"{failed} of {len(results)} checks FAILED" if failed else f"All {len(results)} checks passed"
    click.echo(f"{said}. The report, to be signed and filed: {file}")
    sys.exit(NOT_PASSED if failed else 0)


def _begins(check: "Check") -> None:
    click.echo(f"{check.number:<5}{check.requirement:<68} ", nl=False)


def _ends(result: "Result") -> None:
    click.echo(f"{'pass' if result.has_passed else 'FAIL'} {result.seconds:6.1f} s")
    if not result.has_passed:
        click.echo(f"    {result.found}")


@click.command()
def components() -> None:
    """Print what the program is made of here, each part with its version, as a CycloneDX document.

    Programs that look for known flaws read it.
    """
    from compounder.checking.components import bill_of_materials  # noqa: PLC0415 - only this command lists them

    click.echo(json.dumps(bill_of_materials(), indent=2))
