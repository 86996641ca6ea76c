"""`compounder backup | restore | move | grant` and the keys: one sentence on what was kept, or on why it was not."""

import sys
from pathlib import Path

import click

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@FILE
def backup(file: Path) -> None:
    """Keep the workspace's database in the new FILE, checked; people may go on working meanwhile.

    The keys are not in it: see backup-keys.
    """
    from compounder.services.backup import back_up  # noqa: PLC0415 - only this command backs up
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    kept = back_up(from_environment(), file)
    click.echo(f"Backed up {kept.entries:,} journal entries to {kept.file} ({kept.size:,} bytes), and checked it.")
    click.echo(f"SHA-256 {kept.sha256}")
    click.echo("The keys are not in it: keep them elsewhere with compounder backup-keys FILE.")


@click.command()
@FILE
@click.option("--sha256", metavar="HASH", help="What backup printed; another file is refused.")
def restore(file: Path, sha256: str | None) -> None:
    """Put the backup FILE into a workspace without a database, or an empty PostgreSQL database, and prove it.

    What verify would find in it is printed, and nothing is restored.
    """
    from compounder.services.backup import NotAsWritten  # noqa: PLC0415 - only this command restores
    from compounder.services.backup import restore as put_back  # noqa: PLC0415 - as above
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    where = from_environment()
    try:
        proved = put_back(where, file, sha256=sha256)
    except NotAsWritten as refusal:
        click.echo("\n".join(refusal.findings), err=True)
        raise
    click.echo(f"Restored {proved.entries:,} journal entries from {file}.")
    click.echo(proved.sentence)
    if not where.keys.exists():
        click.echo(f"There are no keys in {where.keys}: put them back with compounder restore-keys FILE.")


@click.command("backup-keys")
@FILE
def backup_keys(file: Path) -> None:
    """Keep the keys in the new FILE, apart from the records."""
    from compounder.services.key_backup import back_up_keys  # noqa: PLC0415 - only this command keeps keys
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    names = back_up_keys(from_environment(), file)
    click.echo(
        f"Kept {', '.join(names)} in {file}. Whoever has it can sign in your name: lock it up, away from backups."
    )


@click.command("restore-keys")
@FILE
def restore_keys(file: Path) -> None:
    """Put the keys in FILE into COMPOUNDER_KEYS, where there are none."""
    from compounder.services.key_backup import restore_keys as put_back  # noqa: PLC0415 - only this command restores keys
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    where = from_environment()
    names = put_back(where, file)
    click.echo(f"Restored {', '.join(names)} to {where.keys}.")


@click.command()
@click.argument("address", metavar="postgresql://USER@HOST/DATABASE")
def move(address: str) -> None:
    """Move the workspace from its SQLite file to an empty PostgreSQL database, and prove that it is the same.

    Stop the server first. The password may stand in PGPASSWORD or in ~/.pgpass. The file is not changed.
    """
    from compounder.services.moving import move as put_over  # noqa: PLC0415 - only this command moves
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    with click.progressbar(length=1, label="Rows", file=sys.stderr) as bar:

        def going(gone: int, rows: int) -> None:
            bar.length = rows
            bar.update(gone - bar.pos)

        proved = put_over(from_environment(), address, going)
    click.echo(f"Moved {proved.entries:,} journal entries.")
    click.echo(proved.sentence)
    click.echo("Set COMPOUNDER_DATABASE_URL to the new address before you start the server, and put the old file away.")


@click.command()
@click.argument("role")
def grant(role: str) -> None:
    """Let the PostgreSQL role ROLE serve the workspace without owning its tables.

    Brings them up to date first, so run it as their owner: after restore or move, and at each new version.
    """
    from compounder.services.granting import let_serve  # noqa: PLC0415 - only this command grants
    from compounder.settings import from_environment  # noqa: PLC0415 - as above

    let_serve(from_environment(), role)
    click.echo(f"{role} may serve: it reads, adds and changes, and can neither change nor remove a journal entry.")
    click.echo("Serve with its name in COMPOUNDER_DATABASE_URL, and keep the owner's address elsewhere.")


COMMANDS = (backup, restore, move, grant, backup_keys, restore_keys)
