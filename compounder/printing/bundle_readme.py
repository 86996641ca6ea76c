"""The page of plain words that lies in a bundle beside its files: what each is, and how it is checked."""

from collections.abc import Iterator, Mapping
from textwrap import fill

from compounder.printing.record_document import RecordDocument

_WIDTH = 78


def readme_of(record: RecordDocument, files: Mapping[str, str]) -> str:
    """What stands in the bundle; `files` gives the SHA-256 of each by its name."""
    return "\n".join(_paragraphs(record, files))


def _paragraphs(record: RecordDocument, files: Mapping[str, str]) -> Iterator[str]:
    sheet = record.worksheet
    yield f"Record of batch {sheet.lot_number}\n"
    if sheet.is_example:
        yield "EXAMPLE – not for use\n"
    yield _wrapped(f"{sheet.preparation} {sheet.strength} {sheet.form}. {sheet.strength_basis}.")
    yield _wrapped(f"Compounded on {sheet.compounded_on}, beyond-use date {sheet.beyond_use.date}.")
    yield _wrapped(f"{sheet.pharmacy.name}, {sheet.pharmacy.address}, {sheet.pharmacy.telephone}")
    yield f"\nIt stands so: {record.status}"
    yield f"Everything is told up to {record.told_until}.\n"
    if record.lacking:
        yield "Not on this record:"
        yield from (_wrapped(each, "- ") for each in record.lacking)
        yield ""
    yield from _contents(record)
    yield "No file names a patient.\n"
    yield from _how_to_check(sheet.record_sha256.replace(" ", ""))
    yield "SHA-256 of each file (sha256sum --check README.txt):\n"
    yield from (f"{sha256}  {name}" for name, sha256 in files.items())
    yield ""


def _contents(record: RecordDocument) -> Iterator[str]:
    """What each file is, and for whom."""
    yield "What is here:"
    yield _wrapped("record.pdf: the whole record to read and to keep (PDF/A-3b), with record.json in it.", "- ")
    yield _wrapped("record.json: the record as it was stored with its first plan, letter by letter.", "- ")
    yield _wrapped("proof.json: every journal entry about it since, and what proves that each is as written.", "- ")
    yield _wrapped("medication.fhir.json: the batch for other programs (HL7 FHIR R4B, Medication).", "- ")
    if record.bottles:
        said = (
            "dispense-NUMBER.fhir.json: what went out in a bottle (MedicationDispense); the patient is an identifier."
        )
        yield _wrapped(said, "- ")
    yield ""


def _how_to_check(record_sha256: str) -> Iterator[str]:
    yield "How to check it without Compounder:"
    yield _wrapped("The SHA-256 of record.json is the record's, which stands on every page of it:", "- ")
    yield f"  {record_sha256}"
    yield _wrapped("check_proof.py, which comes with Compounder and needs Python alone, checks the proof:", "- ")
    yield "  python check_proof.py proof.json journal.pub"
    yield _wrapped(
        "journal.pub is the pharmacy's public key. Ask the pharmacy for it (compounder public-key): a proof that is "
        "checked with the key it names itself shows only that nothing was changed since.",
        "  ",
    )
    yield ""


def _wrapped(said: str, begins: str = "") -> str:
    return fill(said, _WIDTH, initial_indent=begins, subsequent_indent=" " * len(begins), break_long_words=False)
