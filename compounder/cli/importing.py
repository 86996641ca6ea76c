"""`compounder import`: a file is looked at, every problem printed, and then all of it stored, or nothing."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from compounder.codec.sheets import Problem

NOT_TAKEN_IN = 1


@click.command("import")
@click.argument("what", type=click.Choice(["lots", "batches"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Look at the file, and store nothing.")
@click.option("--reviewed", metavar="HASH", help="What a dry run printed; anything else than that is refused.")
@click.option("--by", metavar="NAME", default="", help="Who stores it, as the journal shall say it; a typed name.")
def import_file(what: str, file: Path, dry_run: bool, reviewed: str | None, by: str) -> None:  # noqa: FBT001 - click's way
    """Take lots, or past batches, in from the CSV FILE: all of its rows, or none while one has a problem.

    Prints every problem by row and column, and ends with status 1 then. The columns stand on the page "Take a file in".
    """
    from compounder import clock  # noqa: PLC0415 - only this command looks at files
    from compounder.services.importing import TakenIn, look_at_file, take_file_in  # noqa: PLC0415 - as above
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    where, content = from_environment(), file.read_bytes()
    looked = look_at_file(where, TakenIn(what), content, at=clock.now())
    if looked.problems:
        _end_with(looked.problems)
    if dry_run:
        click.echo(f"Rows without a problem: {looked.rows:,}, and no other. Nothing was stored.")
        click.echo(f"Store exactly this: compounder import {what} {file} --reviewed {looked.sha256} --by NAME")
        return
    seen = reviewed or looked.sha256
    stored = take_file_in(where, looked, content, reviewed=seen, by=by, at=clock.now())
    click.echo(f"Stored of {what}: {stored:,}.")


def _end_with(problems: "Sequence[Problem]") -> NoReturn:
    for problem in problems:
        click.echo(f"row {problem.row:,}, {problem.column}: {problem.said}")
    click.echo(f"Problems: {len(problems):,}. Nothing was stored.", err=True)
    sys.exit(NOT_TAKEN_IN)
