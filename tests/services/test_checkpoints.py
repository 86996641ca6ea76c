"""Checkpoints on paper: signed by the workspace's own key, read by a scanner, of the moment of the first issue."""

from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp

from compounder.codec.documents import canonical
from compounder.database import tree
from compounder.domain.record.checkpoint import SignedCheckpoint, read_checkpoint
from compounder.printing.paper import Paper
from compounder.services.checkpoints import drawn_up
from compounder.services.form_key import form_key
from compounder.services.papers import worksheets
from compounder.services.second_factor import secret_of
from compounder.services.signing import (
    KeyUnusable,
    is_signed_by,
    public_key_text,
    public_keys,
    read_public_key,
    signing_key,
)
from tests.printing import reading
from tests.services.batches import lot_numbers
from tests.services.orders import MORNING, SITE, Bench, an_entry


def test_a_folder_of_keys_that_stand_is_only_read(bench: Bench, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    form_key(keys)
    public_key_text(keys)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (keys, *keys.iterdir()))
    with bench.database.writing() as writing:
        drawn_up(writing, SITE, keys, at=MORNING)
    secret_of(keys, SITE, "a.mueller", 1)
    assert len(public_keys(keys)) == 1
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (keys, *keys.iterdir())) == before


def printed(bench: Bench, number: str, keys: Path, minutes: int = 0, paper: Paper = Paper.A4) -> bytes:
    """The batch's worksheet, asked for so many minutes later."""
    at = MORNING + timedelta(minutes=minutes)
    return worksheets(bench.database, SITE, [number], paper, at=at, keys=keys)


def on_paper(pdf: bytes) -> SignedCheckpoint:
    """The checkpoint as a scanner reads it from the last sheet."""
    last = len(reading.pages(pdf)) - 1
    codes = zxingcpp.read_barcodes(reading.picture(pdf, 200, page=last))
    return read_checkpoint(next(code.text for code in codes if code.text.startswith("COMPOUNDER")))


def kept(bench: Bench) -> list[str]:
    """Every checkpoint that the database keeps."""
    with bench.database.reading() as connection:
        return [each.text for each in tree.checkpoints(connection)]


@pytest.mark.parametrize("paper", list(Paper))
def test_a_worksheet_ends_with_a_checkpoint_that_a_scanner_reads(
    sqlite_bench: Bench, tmp_path: Path, paper: Paper
) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    pdf = printed(sqlite_bench, number, tmp_path, paper=paper)
    signed = on_paper(pdf)
    with sqlite_bench.database.reading() as connection:
        edge = tree.edge(connection)
    assert (signed.checkpoint.site, signed.checkpoint.size, signed.checkpoint.root) == (SITE, edge.size, edge.root)
    assert is_signed_by(signing_key(tmp_path).public, signed.checkpoint.claim, signed.signature)
    letters = reading.run_together(" ".join(reading.pages(pdf)[-1:]))
    assert reading.run_together(signed.text) in letters
    assert "The history to 21 Nov 2026 10:30" in reading.pages(pdf)[-1]


def test_no_sheet_is_added_by_it(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    for paper in Paper:
        without = worksheets(sqlite_bench.database, SITE, [number, number], paper, at=MORNING)
        assert 2 * len(reading.pages(printed(sqlite_bench, number, tmp_path, paper=paper))) == len(
            reading.pages(without)
        )


def test_a_reprint_has_the_checkpoint_of_its_first_issue(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    issued = printed(bench, number, tmp_path)
    bench.order("3 mg", key="second")
    assert printed(bench, number, tmp_path, minutes=60) == issued
    assert len(kept(bench)) == 1


def test_papers_issued_with_no_entry_between_have_one_checkpoint(bench: Bench, tmp_path: Path) -> None:
    first, second = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    signed = on_paper(printed(bench, first, tmp_path))
    assert on_paper(printed(bench, second, tmp_path, minutes=5)) == signed
    assert kept(bench) == [signed.text]
    with bench.database.writing() as writing:
        an_entry(writing)
        later = tree.keep_checkpoint(writing, drawn_up(writing, SITE, tmp_path, at=MORNING))
    assert kept(bench) == [signed.text, later]


def test_a_paper_issued_before_there_were_checkpoints_is_printed_again_as_it_was(
    sqlite_bench: Bench, tmp_path: Path
) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    before = worksheets(sqlite_bench.database, SITE, [number], Paper.A4, at=MORNING)
    assert "COMPOUNDER 1" not in " ".join(reading.pages(before))
    assert printed(sqlite_bench, number, tmp_path) == before


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    made = signing_key(keys)
    assert (keys.stat().st_mode & 0o777, (keys / "journal.key").stat().st_mode & 0o777) == (0o700, 0o600)
    assert signing_key(keys).public == made.public
    assert canonical(sorted(path.name for path in keys.iterdir())) == '["journal.key"]'


def test_the_public_half_may_be_given_away(tmp_path: Path) -> None:
    text = public_key_text(tmp_path / "keys")
    given = tmp_path / "given.pub"
    given.write_text(text, encoding="ascii")
    assert text.startswith("-----BEGIN PUBLIC KEY-----")
    assert read_public_key(given) == signing_key(tmp_path / "keys").public
    assert public_keys(tmp_path / "keys") == public_keys(tmp_path) == {read_public_key(given)}
    assert public_keys(tmp_path / "nowhere") == frozenset()


@pytest.mark.parametrize("content", ["", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_key_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    for name, read in (("journal.key", signing_key), ("journal.pub", public_keys)):
        (tmp_path / name).write_text(content, encoding="ascii")
        with pytest.raises(KeyUnusable, match=name):
            read(tmp_path)
        (tmp_path / name).unlink()


def test_a_signature_is_of_one_claim_by_one_key(tmp_path: Path) -> None:
    ours, another = signing_key(tmp_path / "ours"), signing_key(tmp_path / "another")
    signature = ours.sign("COMPOUNDER 1 A 7")
    assert is_signed_by(ours.public, "COMPOUNDER 1 A 7", signature)
    assert not is_signed_by(ours.public, "COMPOUNDER 1 A 8", signature)
    assert not is_signed_by(another.public, "COMPOUNDER 1 A 7", signature)
    assert not is_signed_by(ours.public, "COMPOUNDER 1 A 7", signature[:-1])
    assert not is_signed_by(b"short", "COMPOUNDER 1 A 7", signature)
