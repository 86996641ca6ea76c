"""Batches weighed through triturations, of tablets or from two lots: what stands on their papers, read back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compounder.domain.batch.source import TriturationLot
from compounder.domain.batch.uncertainty import LEFT_OUT
from compounder.domain.batch.weighing import Role
from compounder.domain.record.record import CompoundingRecord
from compounder.printing.composing import worksheet_of
from compounder.printing.documents import Weighing, WorksheetDocument
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_worksheets
from tests.printing import reading
from tests.printing.triturations import (
    SHA256,
    a_set,
    batch_records,
    from_tablets,
    from_two_lots,
    through_a_chain,
)

BOTH_PAPERS = pytest.mark.parametrize("paper", Paper)
TWELVE = tuple(f"{Decimal(half) / 2:f}".removesuffix(".0") + " mg" for half in range(1, 13))


def composed(record: CompoundingRecord) -> WorksheetDocument:
    return worksheet_of(record, SHA256, "")


def printed(documents: Sequence[WorksheetDocument], paper: Paper = Paper.A4) -> list[str]:
    return reading.pages(render_worksheets(documents, paper))


def lots(weighings: Sequence[Weighing]) -> list[tuple[str, str]]:
    return [(weighing.ingredient, weighing.lot_number) for weighing in weighings]


def test_the_drugs_own_lot_stands_where_the_drug_is_weighed() -> None:
    worksheet = composed(batch_records(a_set())[0])
    (made,) = worksheet.triturations
    assert lots(made.weighings) == [("Naltrexone hydrochloride", "NTX-2411"), ("Microcrystalline cellulose", "MCC-118")]
    assert lots(worksheet.weighings) == [("Trituration T1", made.lot_number), ("Microcrystalline cellulose", "MCC-118")]
    assert [each.potency for each in (*made.weighings, *worksheet.weighings)] == ["0.976128", "", "", ""]
    aliquot = worksheet.weighings[0]
    assert (aliquot.maker, aliquot.dated, aliquot.expires_on) == ("made here", "BUD", "19 May 2027")


def test_a_stock_that_strengths_share_is_made_once() -> None:
    (made,) = composed(batch_records(a_set())[1]).triturations
    assert (made.ratio, made.ratio_in_words, made.total) == ("1:10", "one part in ten parts total", "1,537 mg")
    assert made.used_by == "Make it once, for 0.5 mg, 1.5 mg and 3 mg"


def test_a_trituration_for_one_batch_says_so() -> None:
    records = batch_records(a_set("0.5 mg", "1 mg", trituration="each"))
    assert [[made.used_by for made in composed(record).triturations] for record in records] == [
        ["For 0.5 mg only"],
        ["For 1 mg only"],
    ]


def test_the_diluents_portions_are_all_of_it() -> None:
    (made,) = composed(batch_records(a_set())[0]).triturations
    portions = [portion for step in made.method for portion in step.additions]
    assert portions == ["153.7 mg", "307.4 mg", "614.8 mg", "rest, 307.4 mg"]
    assert made.weighings[1].to_weigh == "1,383.3 mg"


@BOTH_PAPERS
def test_the_triturations_steps_come_before_the_batchs_on_the_first_sheet(paper: Paper) -> None:
    first, *others = printed([composed(batch_records(a_set())[0])], paper)
    headings = ("1 MAKE TRITURATION T1 FIRST", "2 WEIGH", "3 MAKE")
    places = [first.upper().index(heading) for heading in headings]
    assert places == sorted(places)
    assert len(others) <= 2
    for text in ("Make it once, for 0.5 mg, 1.5 mg and 3 mg.", "Its own worksheet is 261121A001K.", "307.4 mg"):
        assert text in first


@BOTH_PAPERS
@pytest.mark.parametrize(
    ("document", "sheets"),
    [(a_set(), 3), (from_tablets(), 3), (from_two_lots(), 3), (through_a_chain(), 4)],
    ids=["set", "tablets", "two lots", "chain"],
)
def test_every_string_is_on_the_paper_and_the_sheets_stay_few(
    document: dict[str, object], sheets: int, paper: Paper
) -> None:
    worksheet = composed(batch_records(document)[0])
    pages = printed([worksheet], paper)
    whole = reading.run_together(" ".join(pages))
    assert [text for text in reading.strings_of(worksheet) if reading.run_together(text) not in whole] == []
    assert len(pages) <= sheets


def test_tablets_to_crush_stand_beside_their_mass() -> None:
    (made,) = composed(batch_records(from_tablets())[0]).triturations
    drug = made.weighings[0]
    assert (drug.ingredient, drug.to_weigh, drug.to_crush) == (
        "Naltrexone hydrochloride tablets, crushed",
        "751.2 mg",
        "crush 4 tablets",
    )
    directly = composed(batch_records(from_tablets(trituration="never"))[0]).weighings[0]
    assert (directly.to_weigh, directly.to_crush, directly.lot_number) == ("75.1 mg", "crush 1 tablet", "NTX-2411")


def test_both_lots_of_one_weighing_are_named_with_their_potency() -> None:
    """4.5 mg × 30 ÷ 0.976128 = 138.3015 mg of the first lot are wanted; 40 mg of it are left."""
    worksheet = composed(batch_records(from_two_lots())[0])
    first, second, _ = worksheet.weighings
    assert (first.to_weigh, first.lot_number, first.potency) == ("40.0 mg", "NTX-2411", "0.976128")
    assert (second.to_weigh, second.lot_number, second.potency) == ("99.1 mg", "NTX-2502", "0.968")
    assert second.expires_on == "31 Dec 2028"
    assert worksheet.second_lot is not None
    assert (worksheet.second_lot.wanted, worksheet.second_lot.exchange) == ("138.3015 mg", "0.976128 ÷ 0.968")
    assert "second = (wanted − first) × first's potency ÷ second's potency." in printed([worksheet])[0]


def test_a_batch_of_the_second_lot_alone_has_nothing_to_work_out() -> None:
    both, second_only = (composed(record) for record in batch_records(from_two_lots(("4.5 mg", "3 mg"))))
    assert both.second_lot is not None
    assert second_only.second_lot is None
    assert (second_only.weighings[0].lot_number, second_only.weighings[0].potency) == ("NTX-2502", "0.968")


def test_a_chain_is_made_in_its_sequence_and_each_aliquot_names_its_lot() -> None:
    worksheet = composed(batch_records(through_a_chain())[0])
    first, second = worksheet.triturations
    assert lots(first.weighings)[0] == ("Naltrexone hydrochloride", "NTX-2411")
    assert lots(second.weighings)[0] == ("Trituration T1", first.lot_number)
    assert lots(worksheet.weighings)[0] == ("Trituration T2", second.lot_number)
    assert second.method[0].instruction.startswith("Line the mortar with diluent. Add the aliquot")
    text = " ".join(printed([worksheet])).upper()
    places = [text.index(heading) for heading in ("1 MAKE TRITURATION T1", "2 MAKE TRITURATION T2", "3 WEIGH")]
    assert places == sorted(places)


def drawing_on(record: CompoundingRecord, name: str) -> CompoundingRecord:
    """The record once its aliquot is taken from the trituration of that name."""
    aliquot, filler = record.plan.weighings
    drawn = replace(aliquot, ingredient=f"trituration {name}", trituration=name)
    return replace(record, plan=replace(record.plan, weighings=(drawn, filler)), plan_number=2)


def test_a_plan_revised_once_the_trituration_was_made_takes_it_by_its_lot_number() -> None:
    worksheet = composed(drawing_on(batch_records(a_set())[0], "261121A001K"))
    assert worksheet.triturations == ()
    assert lots(worksheet.weighings)[0] == ("Trituration 261121A001K", "261121A001K")


def test_a_trituration_in_stock_is_taken_not_made() -> None:
    record = batch_records(a_set())[0]
    stock = TriturationLot(name="261101A007X", active_fraction=Decimal("0.0999"), expires_on=date(2027, 3, 1))
    from_stock = replace(record, order=replace(record.order, source=stock), triturations=())
    worksheet = composed(drawing_on(from_stock, "261101A007X"))
    assert worksheet.triturations == ()
    assert lots(worksheet.weighings)[0] == ("Trituration 261101A007X", "261101A007X")
    assert (worksheet.weighings[0].dated, worksheet.weighings[0].expires_on) == ("BUD", "1 Mar 2027")


def test_the_uncertainty_stands_among_the_figures_with_its_budget_and_what_it_leaves_out() -> None:
    worksheet = composed(batch_records(a_set())[0])
    assert worksheet.uncertainty is not None
    first, *_, last = printed([worksheet])
    assert "Content ± (k = 2) 0.702 %" in first
    for line in worksheet.uncertainty.budget:
        assert f"{line.term} {line.contribution}" in last
    assert LEFT_OUT in last


def test_a_record_from_before_the_uncertainty_prints_without_it() -> None:
    record = batch_records(a_set("4.5 mg", trituration="never"))[0]
    older = composed(replace(record, plan=replace(record.plan, uncertainty=None)))
    assert older.uncertainty is None
    assert "Content ±" not in " ".join(printed([older]))


def test_twelve_strengths_of_one_stock_fit_as_well_as_three() -> None:
    worksheets = [composed(record) for record in batch_records(a_set(*TWELVE))]
    assert len(worksheets) == len(TWELVE)
    pages = printed(worksheets[:1])
    assert len(pages) <= 3
    assert "5.5 mg and 6 mg. Its own worksheet is 261121A001K." in pages[0]


def test_balances_of_the_triturations_are_equipment_too() -> None:
    record = batch_records(a_set())[0]
    assert {weighing.role for weighing in record.plan.weighings} == {Role.ALIQUOT, Role.FILLER}
    assert [each.name for each in composed(record).equipment] == ["Balance B1", "Capsule machine"]


def test_the_same_record_gives_the_same_bytes() -> None:
    one, two = (render_worksheets([composed(batch_records(a_set())[0])], Paper.A4) for _ in range(2))
    assert one == two
