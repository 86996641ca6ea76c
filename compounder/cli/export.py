"""`compounder export`: whole tables for spreadsheets and programs, on standard output."""

import shutil

import click


@click.command()
@click.argument("what", type=click.Choice(("batches", "bottles", "lots", "journal")))
@click.option(
    "--format", "form", type=click.Choice(("csv", "jsonl")), default="csv", show_default=True, help="How it is written."
)
def export(what: str, form: str) -> None:
    """Print all batches, bottles, lots, or the journal: a line each.

    No patient is named: bottles have the random identifier. CSV is made to be opened in a spreadsheet; JSON Lines has a
    JSON document on each line.
    """
    from compounder.services.exporting import FileFormat, exported  # noqa: PLC0415 - only this command exports
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    file = exported(from_environment(), what, FileFormat(form))
    with file, click.open_file("-", "wb") as out:
        shutil.copyfileobj(file, out)
