"""The record of one batch as a bundle: one ZIP file with everything that whoever keeps or checks it needs.

In it: PDF/A with the stored record attached, that record as canonical JSON, FHIR resources of the batch and its
bottles, the journal's proof, and a page of plain words. The same record is the same bytes: until something happens to
the batch or its bottles, the checkpoint that proves it stays, and everything is told up to its moment.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from compounder.codec.documents import canonical, digest
from compounder.codec.fhir import dispense_of, fhir_text, medication_of
from compounder.database import bottles, journal, tree
from compounder.database.batch_texts import texts
from compounder.database.engine import Database, open_current
from compounder.database.tree import KeptCheckpoint
from compounder.domain.care.dispensing import HandedOut
from compounder.domain.record.lacking import RecordParts
from compounder.printing.bundle_readme import readme_of
from compounder.printing.pdf import render_record
from compounder.printing.record_document import RecordDocument
from compounder.printing.whole_records import WholeRecord, record_document_of
from compounder.services.batches import BatchFile, batch_file
from compounder.services.checkpoints import as_signed
from compounder.services.finishing import finished_in
from compounder.services.record_proofs import NotProvable, covering, proof_document
from compounder.services.whole_files import appearing
from compounder.settings import Settings

README: Final = "README.txt"
_AT_ONCE: Final = 100_000
_UNIX: Final = 3
_READABLE: Final = 0o644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the database tells of a batch at one moment."""

    file: BatchFile
    parts: RecordParts
    stored: str
    bottles: tuple[HandedOut, ...]
    kept: KeptCheckpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBundle:
    """A bundle as it was kept, and the hash that names it."""

    file: Path
    size: int
    sha256: str


def bundle_of(database: Database, site: str, lot_number: str, keys: Path, *, at: datetime) -> IO[bytes]:
    """The bundle of a batch, in a file that is gone once it is closed; it stands at its beginning.

    Refuses with `NotFound` a lot number that is no batch's, and with `NotProvable` a journal that does not hold.
    """
    told = _told(database, site, lot_number, keys, at)
    proof = proof_document(lot_number, told.file.entries, told.kept, _leaves(database, told.kept.size))
    whole = _whole(told)
    document = record_document_of(whole)
    files = {"proof.json": canonical(proof).encode(), **_resources(whole, document)}
    files |= {
        "record.json": told.stored.encode(),
        "record.pdf": render_record(document, told.stored, whole.record.stored_at),
    }
    hashes = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    until = whole.checkpoint.checkpoint.at.astimezone(ZoneInfo(whole.record.time_zone))
    return _zipped({README: readme_of(document, hashes).encode(), **files}, until)


def keep_bundle(where: Settings, lot_number: str, file: Path | None, *, at: datetime) -> KeptBundle:
    """Keep the bundle of a batch of a workspace in the new file, or in one named by its lot number.

    Refuses as `bundle_of` does, a workspace that is not there, and whatever stands in the file's place.
    """
    named = file or Path(file_name(lot_number))
    with (
        closing(open_current(where.database_url)) as database,
        appearing(named) as new,
        bundle_of(database, where.site, lot_number, where.keys, at=at) as bundle,
    ):
        content = bundle.read()
        new.write_bytes(content)
    return KeptBundle(file=named, size=len(content), sha256=sha256(content).hexdigest())


def file_name(lot_number: str) -> str:
    """What the bundle of a batch is called."""
    return f"record-{lot_number}.zip"


def _told(database: Database, site: str, lot_number: str, keys: Path, at: datetime) -> _Told:
    with database.reading() as reading:
        file = batch_file(reading, site, lot_number, keys=keys)
        last = max(file.entries[-1].number, bottles.last_moved(reading, site, lot_number))
        told = _Told(
            file=file,
            parts=parts_of(file),
            stored=texts(reading, site, lot_number).record,
            bottles=bottles.handed_out(reading, site, lot_number),
            kept=covering(reading, site, keys, last, at=at),
        )
    with database.writing() as writing:
        return replace(told, kept=replace(told.kept, text=tree.keep_checkpoint(writing, told.kept)))


def parts_of(file: BatchFile) -> RecordParts:
    """What a batch's journal entries say beside its plan."""
    return RecordParts(
        standing=file.standing,
        making=file.making,
        steps=file.steps,
        deviations=file.deviations,
        finished=finished_in(file.entries),
        undecided=file.undecided,
    )


def _leaves(database: Database, size: int) -> Iterator[bytes]:
    """The leaf hash of each entry up to `size`; whoever writes waits for none of it long."""
    for after in range(0, size, _AT_ONCE):
        with database.reading() as reading:
            yield from journal.leaves(reading, after=after, last=min(after + _AT_ONCE, size))


def _whole(told: _Told) -> WholeRecord:
    """All of it with its proof; refuses with `NotProvable` a record that is not what its journal entry says."""
    checkpoint, planned = as_signed(told.kept), told.file.entries[0]
    if checkpoint is None or told.stored != planned.document:
        raise NotProvable
    return WholeRecord(
        record=told.file.record,
        record_sha256=digest(told.stored),
        parts=told.parts,
        problems=tuple(each.problem for each in told.file.signatures),
        bottles=told.bottles,
        entries=told.file.entries,
        checkpoint=checkpoint,
    )


def _resources(whole: WholeRecord, document: RecordDocument) -> Mapping[str, bytes]:
    """The batch and what went out of it, for other programs."""
    record, counted = whole.record, whole.parts.finished.counted
    capsules = counted.said.count.good if counted else record.plan.capsules_to_make
    medication = medication_of(record, whole.parts.standing.status, f"{document.status}.", capsules)
    dispensed = {f"dispense-{each.number}": dispense_of(record, each) for each in whole.bottles}
    resources = {"medication": medication, **dispensed}
    return {f"{name}.fhir.json": fhir_text(resource).encode() for name, resource in resources.items()}


def _zipped(files: Mapping[str, bytes], at: datetime) -> IO[bytes]:
    """One ZIP, sorted by names, every file of this moment. Nothing is packed: other packers make other bytes."""
    opened = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(opened, "w", ZIP_STORED) as bundle:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name, at.timetuple()[:6])
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            bundle.writestr(entry, content)
    opened.seek(0)
    return opened
