"""The command line: `compounder calculate | run | example`, thin over the services; each imports what it needs."""

import json
import sys
from pathlib import Path
from typing import TextIO

import click

from compounder import __version__, cli_backup
from compounder.domain.errors import CompoundingError, NotAccepted

REFUSED = 2


@click.group()
@click.version_option(__version__, prog_name="compounder")
def main() -> None:
    """Capsule batches for a compounding pharmacy."""


@main.command()
@click.argument("order", type=click.File("r", encoding="utf-8"))
def calculate(order: TextIO) -> None:
    """Work out ORDER, a JSON file or - for standard input, and print the answer.

    An array of orders gives an array of answers, a refusal in its own place. One order that is refused prints a
    problem document and ends with status 2.
    """
    from compounder.codec.documents import parse_json  # noqa: PLC0415 - only this command reads orders
    from compounder.codec.problems import problem  # noqa: PLC0415 - as above
    from compounder.services.calculations import calculate as answer  # noqa: PLC0415 - as above

    try:
        _print(answer(parse_json(_text(order))))
    except CompoundingError as refusal:
        _print(problem(refusal))
        sys.exit(REFUSED)


def _text(order: TextIO) -> str:
    try:
        return order.read()
    except UnicodeDecodeError:
        raise NotAccepted(read="bytes that are not UTF-8", accepted="a JSON document in UTF-8") from None


def _print(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on; loopback unless you say so.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes, one thread each.")
def run(host: str, port: int, workers: int) -> None:
    """Serve the workspace in COMPOUNDER_HOME; a new one starts empty."""
    from compounder.web.server import serve  # noqa: PLC0415 - only this command serves

    serve(host, port, workers)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def example(folder: Path) -> None:
    """Make FOLDER an example workspace with marked example lots and a few dozen batches."""
    from compounder.services.example import make_example  # noqa: PLC0415 - only this command makes one

    try:
        batches = make_example(folder)
    except CompoundingError as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Made an example workspace with {batches} batches. Serve it: COMPOUNDER_HOME={folder} compounder run")


for command in cli_backup.COMMANDS:
    main.add_command(command)
