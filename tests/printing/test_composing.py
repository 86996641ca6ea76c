"""From a stored record to the finished strings of its papers: everything it says, and nothing worked out anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compounder.domain.batch.plan import Estimate
from compounder.domain.findings import decide
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.standing import Standing
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import NALTREXONE
from compounder.printing.composing import label_of, worksheet_of
from compounder.printing.documents import WorksheetDocument
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_worksheets
from compounder.printing.vouching import Vouched
from tests.printing import reading
from tests.services.batches import file_of, lot_numbers
from tests.services.orders import Bench, a_decision

SHA256 = "0123456789abcdef" * 4
Maker = Callable[..., CompoundingRecord]


@pytest.fixture
def a_record(sqlite_bench: Bench) -> Maker:
    """Makes the record of a batch of one strength, stored and read back."""

    def make(
        strength: str = "1.5 mg", size: CapsuleSize | None = CapsuleSize.THREE, **changes: Any
    ) -> CompoundingRecord:
        return replace(record_of(sqlite_bench, strength, size), **changes)

    return make


def record_of(bench: Bench, strength: str, size: CapsuleSize | None) -> CompoundingRecord:
    """The record of a batch of that strength, in capsules of `size` or the first that fits."""
    storing = bench.storing(bench.request(strength, balances=(), capsule_size=size), key=strength)
    order = bench.store(replace(storing, decisions={strength: (a_decision(),)}))
    (number,) = lot_numbers(bench, order)
    return file_of(bench, number).record


def composed(record: CompoundingRecord, void: str = "") -> WorksheetDocument:
    return worksheet_of(record, SHA256, void)


def test_each_mass_is_printed_as_the_balance_shows_it(a_record: Maker) -> None:
    drug, filler = composed(a_record()).weighings
    assert (drug.ingredient, drug.to_weigh, drug.accept) == (
        "Naltrexone hydrochloride",
        "158.3 mg",
        "156.7 to 159.8 mg",
    )
    assert (filler.to_weigh, filler.accept) == ("12,254.5 mg", "12,132.0 to 12,377.0 mg")
    assert (drug.balance, drug.lot_number, drug.maker) == ("B1, 0.1 mg", "NTX-2411", "Hillcrest")
    assert (drug.potency, filler.potency) == ("0.976128", "")


def test_a_balance_says_until_when_it_is_calibrated(a_record: Maker) -> None:
    record = a_record()
    first, *others = record.order.balances
    known = replace(record.order, balances=(replace(first, calibrated_until=date(2027, 3, 31)), *others))
    said = composed(replace(record, order=known)).equipment[0].detail
    assert said == "0.1 mg, weighs from 20 mg, calibrated until 31 Mar 2027"


def test_only_the_balances_used_are_equipment(a_record: Maker) -> None:
    """The order allows B2 too; nothing is weighed on it."""
    assert [(each.name, each.detail) for each in composed(a_record()).equipment] == [
        ("Balance B1", "0.1 mg, weighs from 20 mg"),
        ("Capsule machine", ""),
    ]


def test_an_approval_prints_who_when_and_why_with_its_reference(a_record: Maker) -> None:
    printed = composed(a_record()).beyond_use
    assert printed.reference.startswith("Cote, Ross, Fortner, Rao")
    assert printed.approved_by == "Anna Müller, 22 Oct 2026 11:30"
    assert printed.approval_reason == "The study covers a year."


def test_a_decision_stands_at_its_own_finding(a_record: Maker) -> None:
    record = a_record("2.2 mg")
    another = decide("hydrate-without-moisture", "Another finding to decide.")
    both = replace(record, plan=replace(record.plan, findings=(another, *record.plan.findings)))
    printed = {finding.message: finding for finding in composed(both).findings}
    assert printed["Another finding to decide."].decided_by == ""
    (decided,) = [finding for finding in printed.values() if finding.decided_by]
    assert (decided.severity, decided.decided_by) == ("Decide", "Berta Weiß")
    assert decided.reason == "The prescriber was telephoned."


def additions(record: CompoundingRecord, *steps: str) -> list[tuple[str, ...]]:
    """What is added at each of these steps, and at the one that composing adds, if any."""
    said = tuple(Instruction(words=step) for step in steps)
    formulation = replace(record.formulation, steps=said or record.formulation.steps)
    return [step.additions for step in composed(replace(record, formulation=formulation)).method]


def test_the_first_portion_is_at_the_step_that_adds_the_drug_with_its_own_bulk(a_record: Maker) -> None:
    method = {step.instruction: step.additions for step in composed(a_record()).method if step.additions}
    own_bulk, doubling = method
    assert own_bulk == "Line the mortar with filler. Add the drug with its own bulk of filler and mix."
    assert doubling.startswith("Keep doubling with filler")
    assert (method[own_bulk], method[doubling][0]) == (("158.3 mg",), "316.6 mg")
    assert method[doubling][-1].startswith("rest, ")


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ("Mix as usual.",),
        ("Add the drug with its own bulk of filler.", "Pack."),
        ("Keep doubling.", "Add the drug with its own bulk."),
        ("Start with the own bulk, keep doubling.", "Doubled? Mix on.", "Its own bulk of nothing."),
        ("Own bulk.", "Own bulk, said again.", "Mix by geometric dilution."),
    ],
)
def test_the_portions_are_all_of_the_filler_once(a_record: Maker, steps: tuple[str, ...]) -> None:
    portions = [portion for added in additions(a_record(), *steps) for portion in added]
    figures = [portion.removeprefix("rest, ").removesuffix(" mg").replace(",", "") for portion in portions]
    assert sum(int(figure.replace(".", "")) for figure in figures) == 122_545


def test_without_the_words_the_portions_stay_together_in_a_step_of_their_own(a_record: Maker) -> None:
    record = a_record()
    own, added = additions(record, "Mix as usual.")
    assert own == ()
    assert len(added) == len(record.plan.geometric_dilution)
    assert additions(record, "Own bulk first, doubling then.") == [added]


def test_a_line_to_write_on_is_kept_for_what_no_other_section_records(a_record: Maker) -> None:
    lines = [(step.instruction.split()[0], step.to_record) for step in composed(a_record()).method]
    assert [word for word, line in lines if not line] == ["Check", "Weigh", "Weigh"]
    assert [word for word, line in lines if line == "start / end"] == ["Keep"]


def test_an_estimate_is_marked_at_its_own_powder(a_record: Maker) -> None:
    record = a_record()
    estimate = Estimate(ingredient="microcrystalline cellulose", measured_at=CapsuleSize.ONE)
    drug, filler = composed(replace(record, plan=replace(record.plan, estimates=(estimate,)))).weighings
    assert (drug.estimated, filler.estimated) == ("", "Pack statistic estimated from size 1")


def test_finished_capsules_are_held_to_the_recorded_window(a_record: Maker) -> None:
    """108.461 mg to 132.563 mg: no capsule that meets the printed limits is beyond the exact ones."""
    assert "Each 108.5 mg to 132.5 mg (90 to 110 % of 120.5 mg)" in composed(a_record()).inspection.instruction


def test_what_was_planned_is_signed_with_versions(a_record: Maker) -> None:
    """Half past nine in UTC is half past ten in Berlin."""
    planned = composed(a_record()).planned
    assert planned.startswith("Planned 21 Nov 2026 10:30 by Anna Müller with Compounder ")
    assert planned.endswith("site settings version 1.")
    typed = worksheet_of(a_record(), SHA256, "", None, Vouched(standing=Standing(is_typed=True)))
    assert " by Anna Müller (typed name) with Compounder " in typed.planned


def test_hashes_are_printed_in_groups_to_be_compared(a_record: Maker) -> None:
    assert composed(a_record()).record_sha256 == " ".join(["01234567", "89abcdef"] * 4)


def test_void_and_example_are_carried_on(a_record: Maker) -> None:
    assert composed(a_record(is_example=True), void="Void: spilled").void == "Void: spilled"
    assert composed(a_record("3 mg", is_example=True)).is_example
    assert label_of(a_record("4.5 mg", is_example=True)).is_example


def test_the_label_says_what_the_container_holds(a_record: Maker) -> None:
    label = label_of(a_record("0.5 mg"))
    assert (label.preparation, label.strength, label.quantity) == ("Naltrexone hydrochloride", "0.5 mg", "100 capsules")
    assert (label.beyond_use_date, label.statement) == ("20 Nov 2027", "Compounded preparation")


def test_the_label_names_the_basis_where_the_name_does_not(a_record: Maker) -> None:
    record = a_record()
    as_base = replace(record, formulation=replace(record.formulation, strength_basis=NALTREXONE))
    assert label_of(record).strength_basis == ""
    assert label_of(as_base).strength_basis == "as naltrexone"


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize(("strength", "size"), [("1.5 mg", CapsuleSize.THREE), ("2.2 mg", None)])
def test_a_stored_batch_takes_two_sheets_and_is_made_and_released_from_the_first(
    a_record: Maker, strength: str, size: CapsuleSize | None, paper: Paper
) -> None:
    """The longer has its size chosen for it, two notes and a decision."""
    first, second = reading.pages(render_worksheets([composed(a_record(strength, size))], paper))
    assert [head for head in ("1 WEIGH", "2 MAKE", "3 INSPECT", "4 RELEASE") if head not in first.upper()] == []
    assert "Verified by (another person), printed name" in first
    assert ("BEYOND-USE DATE, CONTAINER, CAPSULE SIZE" in second.upper()) is (size is None)
