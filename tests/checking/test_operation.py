"""Each check of the operation passes in a whole program, and fails where the very thing that it looks at is broken.

One scratch pharmacy went all the way; a test that needs an earlier stage makes its own.
"""

from collections.abc import Iterator
from contextlib import closing
from copy import copy
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from compounder.checking import keeping, papers
from compounder.checking.checks import Ground, Part
from compounder.checking.paper_reading import Code, Page, read_paper
from compounder.checking.running import CHECKS
from compounder.checking.scratch import Scratch
from compounder.database import papers as kept_papers
from compounder.domain.batch import potency
from compounder.domain.care import screening, titration
from compounder.domain.record.trituration_record import TriturationMade, TriturationRecord, made
from compounder.domain.stock.lots import Certificate
from compounder.instruments import mt_sics
from compounder.printing import codes, composing, press
from compounder.printing.bottles import patient_label_of
from compounder.services import dispensing, making, patient_papers, storing, verifying, weighing
from compounder.services.proving import verify
from tests.checking.grounds import a_ground, outcome, why

OPERATION = [each.number for each in CHECKS if each.part is Part.OPERATION]
"""In their order: each may need what the ones before it made."""
BLANK = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
"""One white pixel."""


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A pharmacy in which everything was done and backed up, so that no test's copy of it does a stage again."""
    ground = a_ground(sqlite_template, tmp_path_factory.mktemp("check"))
    with closing(ground.scratch):
        assert ground.scratch.kept.file.is_file()
        yield ground


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Iterator[Ground]:
    """One in which nothing was done yet."""
    ground = a_ground(sqlite_template, tmp_path)
    with closing(ground.scratch):
        yield ground


@pytest.fixture
def not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every paper is drawn anew."""
    monkeypatch.setattr(kept_papers, "find", lambda *_: None)
    monkeypatch.setattr(kept_papers, "keep", lambda *given, **_: given[4])


def test_everything_passes_in_a_program_that_is_whole(fresh: Ground) -> None:
    results = [outcome(number, fresh) for number in OPERATION]
    assert [(each.check.number, each.found) for each in results if not each.has_passed] == []


def test_a_formula_that_is_off_by_a_thousandth_is_found_twice(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    right = potency.moisture
    monkeypatch.setattr(potency, "moisture", lambda certificate: right(certificate) + Decimal("0.001"))
    assert "E8: potency is " in why("OQ1", whole)
    assert "differs: potency of " in why("OQ2", whole)


def test_a_course_that_ends_a_step_early_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    right = titration.spans
    monkeypatch.setattr(titration, "spans", lambda order: list(right(order))[:1])
    assert "differs: " in why("OQ3", whole)


def test_a_slip_that_passes_is_named(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Certificate, "counts_water_twice", False)
    assert "Nothing was said of water taken off twice." in why("OQ4", whole)


def test_a_second_click_that_makes_a_second_order_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = count()
    monkeypatch.setattr(storing, "once", lambda *_: f"never the same {next(keys)}")
    assert "2 strengths sent twice made batches" in why("OQ5", whole)


def test_a_jar_that_nobody_looks_at_is_found(fresh: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "require_jar", lambda *_: None)
    assert why("OQ6", fresh).startswith("What has to be refused (")


def test_a_vessel_that_is_weighed_with_its_powder_is_found(fresh: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "require_tared", lambda *_, **__: None)
    assert why("OQ6", fresh) == "What has to be refused (the vessel is not tared) was done."


def test_a_moving_balance_that_is_believed_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    right = mt_sics.parse
    monkeypatch.setattr(mt_sics, "parse", lambda line: right(line.replace("S D", "S S")))
    assert "was done" in why("OQ7", whole)


def test_a_maker_who_may_verify_is_found(fresh: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "is_named", lambda *_: False)
    assert why("OQ8", fresh).startswith("What has to be refused (")


def test_a_batch_that_is_not_released_in_the_end_is_found(fresh: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scratch, "release", lambda *_: None)
    assert why("OQ9", fresh) == "The batch stands as verified."


def test_a_trituration_that_is_taken_for_what_was_planned_is_found(
    fresh: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_planned(record: TriturationRecord, *given: Any) -> TriturationMade:
        return replace(made(record, *given), active_fraction=record.plan.active_fraction)

    monkeypatch.setattr(making, "made", as_planned)
    assert "its weights make it 0." in why("OQ10", fresh)


def test_a_code_that_reads_another_lot_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch, not_kept: None) -> None:
    monkeypatch.setitem(press._templates().filters, "data_matrix", lambda _: codes.data_matrix("261121A0078"))
    assert why("OQ12", whole) == "The code on the label on 62 × 29 mm reads 261121A0078."
    assert why("OQ11", whole) == "The code on the worksheet reads 261121A0078."


def test_a_code_that_no_scanner_reads_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch, not_kept: None) -> None:
    monkeypatch.setitem(press._templates().filters, "data_matrix", lambda _: BLANK)
    assert why("OQ12", whole) == "The code on the label on 62 × 29 mm reads nothing."


def test_a_checkpoint_that_does_not_prove_the_journal_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_another_letter(pdf: bytes) -> tuple[Page, ...]:
        first, *rest = read_paper(pdf)
        return first, *(replace(page, codes=tuple(map(spoilt, page.codes))) for page in rest)

    def spoilt(code: Code) -> Code:
        other = "A" if code.text[-9] != "A" else "B"
        return replace(code, text=f"{code.text[:-9]}{other}{code.text[-8:]}")

    monkeypatch.setattr(papers, "read_paper", with_another_letter)
    assert why("OQ11", whole).startswith("The checkpoint on the worksheet does not hold: ")


def test_a_strength_that_is_printed_otherwise_is_found(
    whole: Ground, monkeypatch: pytest.MonkeyPatch, not_kept: None
) -> None:
    monkeypatch.setattr(composing, "format_dose", lambda _: "15 mg")
    assert why("OQ12", whole) == "The label on 62 × 29 mm does not say 1.5 mg capsules."


def test_another_typeface_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "_FAMILY", "Times")
    assert "The label on 62 × 29 mm is set in " in why("OQ12", whole)


def test_an_opioid_that_is_not_asked_about_is_named(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "is_one_slip_away", lambda *_: False)
    assert why("OQ14", whole) == "Not asked about: tramdol 50 mg, Codiene linctus."


def test_a_bottle_that_is_given_out_without_a_decision_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispensing, "require_all_decided", lambda *_: None)
    assert why("OQ14", whole) == "What has to be refused (a safety question waits) was done."


def test_directions_that_are_printed_otherwise_are_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    def morning(*said: Any) -> Any:
        return replace(patient_label_of(*said), directions="Take 1 capsule in the morning.")

    monkeypatch.setattr(patient_papers, "patient_label_of", morning)
    assert why("OQ15", whole).startswith("The patient's label does not say Take 1 capsule at bedtime for 14 days")


def test_a_reprint_that_differs_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count()
    monkeypatch.setattr(papers, "worksheets", lambda *_, **__: str(next(numbers)).encode())
    assert "another file" in why("OQ13", whole)


def test_records_that_were_changed_are_found(whole: Ground) -> None:
    changed, scratch = whole.scratch.place("changed-before"), copy(whole.scratch)
    changed.home.mkdir()
    (changed.home / "compounder.db").write_bytes(keeping.SPOILED["changed"](whole.scratch.kept.file.read_bytes()))
    scratch.where = changed
    assert "the records were changed" in why("OQ16", replace(whole, scratch=scratch))


def test_a_proof_that_overlooks_a_change_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "verify", lambda *given: replace(verify(*given), findings=()))
    assert "nothing was found" in why("OQ17", whole)


def test_a_backup_that_was_spoiled_is_found(whole: Ground) -> None:
    scratch = copy(whole.scratch)
    file = scratch.folder / "spoiled.backup"
    file.write_bytes(scratch.kept.file.read_bytes()[:-4096])
    scratch.kept = replace(scratch.kept, file=file)
    assert "spoiled.backup" in why("OQ18", replace(whole, scratch=scratch))


def test_a_spoiled_backup_that_is_taken_is_found(whole: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(keeping.SPOILED, "changed", lambda content: content)
    assert "What has to be refused" in why("OQ19", whole)


def test_what_breaks_in_a_check_is_its_failure_and_never_ends_the_run(
    whole: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("in a library")

    monkeypatch.setattr(papers, "labels", breaks)
    assert "ZeroDivisionError: in a library" in why("OQ12", whole)
