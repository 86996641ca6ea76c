"""The command line, thin over the services: `compounder --help` lists the commands; each imports what it needs."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import click

from compounder import __version__
from compounder.cli import backup, check, export, importing
from compounder.cli.refusals import REFUSED, Refused
from compounder.domain.errors import CompoundingError, NotAccepted

NOT_AS_WRITTEN = 1


class Commands(click.Group):
    """Every command; `balance`, which brings ports and protocols along, only when it is asked for. What any of them
    refuses ends it."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CompoundingError as refusal:
            raise Refused(str(refusal)) from None

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), "balance"])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name != "balance":
            return super().get_command(context, name)
        from compounder.cli.balance import balance  # noqa: PLC0415 - as said above

        return balance


@click.group(cls=Commands)
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
    from compounder.services.calculations import calculate as answer  # noqa: PLC0415 - only this command calculates

    _answer(order, answer)


@main.command()
@click.argument("course", type=click.File("r", encoding="utf-8"))
def titrate(course: TextIO) -> None:
    """Work out COURSE, a JSON file or - for standard input: its steps by date and the capsules of each strength.

    A protocol is named as the workspace in COMPOUNDER_HOME offers it; without a workspace, as the program brings it.
    Arrays and refusals are answered as `calculate` answers them.
    """
    from compounder.services.courses import known_there  # noqa: PLC0415 - only this command works out courses
    from compounder.services.courses import titrate as answer  # noqa: PLC0415 - as above
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    _answer(course, lambda document: answer(document, known_there(from_environment())))


def _answer(file: TextIO, answer: Callable[[object], object]) -> None:
    """Print the answer to the document in a file; a refusal as a problem document, with status 2."""
    from compounder.codec.documents import parse_json  # noqa: PLC0415 - only commands that read documents
    from compounder.codec.problems import problem  # noqa: PLC0415 - as above

    try:
        _print(answer(parse_json(_text(file))))
    except CompoundingError as refusal:
        _print(problem(refusal))
        sys.exit(REFUSED)


def _text(file: TextIO) -> str:
    try:
        return file.read()
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

    batches = make_example(folder)
    click.echo(f"Made an example workspace with {batches} batches. Serve it: COMPOUNDER_HOME={folder} compounder run")


@main.command()
@click.argument("sign_in_name", default="")
@click.option(
    "--address",
    default="http://127.0.0.1:8080",
    show_default=True,
    metavar="URL",
    help="Where the workspace is served.",
)
def link(sign_in_name: str, address: str) -> None:
    """Print a one-time link by which SIGN_IN_NAME sets a new password; without a name, the first owner's.

    For whoever has the workspace's files, where no owner can give it under People.
    """
    from compounder import clock  # noqa: PLC0415 - only this command gives links
    from compounder.services.invitations import LINK_LASTS, programs_link  # noqa: PLC0415 - as above
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    token = programs_link(from_environment(), sign_in_name, at=clock.now())
    click.echo(f"{address.rstrip('/')}/links/{token}")
    click.echo(f"It works once, within {LINK_LASTS.days} days.", err=True)


@main.command("drop-second-factor")
@click.argument("sign_in_name")
def drop_second_factor(sign_in_name: str) -> None:
    """Ask SIGN_IN_NAME, who lost the telephone, for no code any more, and sign them out everywhere.

    For whoever has the workspace's files, where no owner can do it under People.
    """
    from compounder import clock  # noqa: PLC0415 - only commands that change something ask for the time
    from compounder.services.invitations import programs_loss  # noqa: PLC0415 - only this command takes it away
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    name = programs_loss(from_environment(), sign_in_name, at=clock.now())
    click.echo(f"No code is asked of {name} any more. If the password does not open, give a link: compounder link.")


for command in (*backup.COMMANDS, check.check, check.components, export.export, importing.import_file):
    main.add_command(command)


@main.command()
@click.option("--checkpoint", metavar="TEXT", help="A checkpoint as it stands on a worksheet, scanned or typed.")
@click.option(
    "--key",
    "key_files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A public key that signs checkpoints; without it, those in COMPOUNDER_KEYS.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as a JSON document.")
def verify(checkpoint: str | None, key_files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Prove that nothing in the workspace was changed: journal, tables, documents, stock and checkpoints.

    Prints one sentence, or one for each thing that was changed, and then ends with status 1.
    """
    from compounder.codec.converter import write  # noqa: PLC0415 - only this command writes findings
    from compounder.services.proving import verify as answer  # noqa: PLC0415 - only this command proves
    from compounder.services.signing import public_keys, read_public_key  # noqa: PLC0415 - as above
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    where = from_environment()
    trusted = {read_public_key(path) for path in key_files} or public_keys(where.keys)
    found = answer(where.database_url, trusted, checkpoint)
    if as_json:
        _print(write(found))
    else:
        click.echo("\n".join([*(each.sentence for each in found.findings), found.sentence]))
    sys.exit(NOT_AS_WRITTEN if found.findings else 0)


@main.command()
@click.argument("lot_number")
def proof(lot_number: str) -> None:
    """Print a JSON file that proves the record with LOT_NUMBER to whoever has a checkpoint, without this program."""
    from compounder import clock  # noqa: PLC0415 - only this command signs
    from compounder.services.proving import proof_of  # noqa: PLC0415 - only this command proves a record
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    _print(proof_of(from_environment(), lot_number, at=clock.now()))


@main.command()
@click.argument("lot_number")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The new file; record-LOT_NUMBER.zip here if none is named."
)
def bundle(lot_number: str, out: Path | None) -> None:
    """Keep the record of the batch with LOT_NUMBER in a new ZIP file, for whoever keeps or checks it.

    In it: PDF/A with the stored record attached, that record as JSON, FHIR resources, and the journal's proof. No file
    names a patient.
    """
    from compounder import clock  # noqa: PLC0415 - only commands that sign ask for the time
    from compounder.services.bundling import keep_bundle  # noqa: PLC0415 - only this command bundles
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    kept = keep_bundle(from_environment(), lot_number, out, at=clock.now())
    click.echo(f"Kept the record of batch {lot_number} in {kept.file} ({kept.size:,} bytes).")
    click.echo(f"SHA-256 {kept.sha256}")


@main.command("public-key")
def public_key() -> None:
    """Print the public half of the key that signs checkpoints, to be kept by whoever shall check them."""
    from compounder.services.signing import public_key_text  # noqa: PLC0415 - only this command exports it
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    click.echo(public_key_text(from_environment().keys), nl=False)


@main.command("new-key")
def new_key() -> None:
    """Begin another key that signs records and checkpoints; what the one of before signed still holds.

    Keep the new one with backup-keys, and give it to the other servers, before anybody signs.
    """
    from compounder.services.signing import begin_key  # noqa: PLC0415 - only this command begins one
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    kept = begin_key(from_environment().keys)
    click.echo(f"Another key signs from now on. The public half of the one of before stays in {kept}.")
    click.echo("Keep the keys again: compounder backup-keys FILE. Give the new public half to whoever checks proofs.")
