"""`python -m bench.filling URL`: a new database filled with a long history, with all that belongs to it."""

import sys
from pathlib import Path

import click

from bench.filling.history import Filling, fill
from bench.filling.opening import where
from compounder.database.engine import address_of
from compounder.domain.errors import CompoundingError


@click.command()
@click.argument("url")
@click.option("--batches", default=1_000_000, show_default=True, type=click.IntRange(1, 3_000_000))
@click.option(
    "--whole",
    default=10_000,
    show_default=True,
    type=click.IntRange(0),
    help="Of how many of the newest batches the large documents are kept: about 22 kB each.",
)
@click.option("--seed", default=20_261_122, show_default=True, help="The same seed fills in the same rows.")
@click.option(
    "--keys",
    default=Path("keys"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder with the key that signs; made if there is none.",
)
def main(url: str, batches: int, whole: int, seed: int, keys: Path) -> None:
    """Fill the new database at URL, such as sqlite:////tmp/million.db or postgresql://…, with BATCHES and their lots,
    weighings, prescriptions and bottles: ten years that end on 21 November 2026.

    Of older batches the large documents are left out, so their own pages say that they cannot be read; they are found,
    counted, exported and recalled as any other.
    """
    filling = Filling(where(url, keys.parent, keys), batches, min(whole, batches), seed)
    try:
        with click.progressbar(length=batches, label=f"{batches:,} batches", file=sys.stderr) as bar:
            fill(filling, bar.update)
    except CompoundingError as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Filled {address_of(url)} with {batches:,} batches.")


if __name__ == "__main__":
    main()
