"""A batch with everything that a record can have, and bundles read back."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from compounder.services.bundling import bundle_of
from tests.printing.reading import pages
from tests.services.assaying import assay
from tests.services.finishing import count, weigh
from tests.services.orders import SITE, Bench
from tests.services.signing import NOON, OLGA, TOM, release, verified
from tests.services.stepping import a_weighed_batch, assess, note, tick_all

Files = Mapping[str, bytes]
PAPER, RECORD, README, MEDICATION, PROOF = (
    "record.pdf",
    "record.json",
    "README.txt",
    "medication.fhir.json",
    "proof.json",
)


def unpacked(bench: Bench, lot_number: str, keys: Path, at: datetime = NOON) -> Files:
    """Every file of a batch's bundle by its name, in the bundle's sequence."""
    with bundle_of(bench.database, SITE, lot_number, keys, at=at) as bundle, ZipFile(bundle) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def words_of(files: Files) -> str:
    """All that the paper says."""
    return " ".join(pages(files[PAPER]))


def a_whole_batch(bench: Bench, keys: Path) -> str:
    """Our lot number of a batch made at the bench by Clara, finished and verified by Tom, assayed and released by Olga;
    its pestle slipped."""
    number = a_weighed_batch(bench)
    note(bench, number)
    assess(bench, number)
    tick_all(bench, number)
    weigh(bench, number)
    count(bench, number)
    assay(bench, number)
    assert verified(bench.database, number, keys, TOM) == ()
    release(bench.database, number, keys, OLGA)
    return number
