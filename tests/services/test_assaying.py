"""A laboratory's assay through the services: entered, entered again, after release, and what waits for a decision."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.database import journal
from compounder.database.engine import open_database
from compounder.domain.errors import NotAccepted
from compounder.domain.quality.content import ContentVerdict
from compounder.domain.quality.errors import NotInPercent
from compounder.domain.record.decisions import SamePerson
from compounder.domain.record.finished import CapsulesUndecided
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.services.corrections import free_batch, quarantine_batch
from compounder.services.finishing_errors import EnteredAlready, NothingToAssay
from compounder.settings import Settings
from tests.services.assaying import E11, SCATTERED, TWENTY, WILD, a_report, assay
from tests.services.batches import lot_numbers, void
from tests.services.finishing import ONE_HEAVY, by_another_version, decide, found, weigh
from tests.services.orders import SITE, Bench, entries
from tests.services.proved import attacked, statement
from tests.services.signing import AUGUST, CLARA, NOON, OLGA, TOM, file_of, release, verified


def a_batch(bench: Bench) -> str:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    return number


def released(bench: Bench, keys: Path) -> str:
    number = a_batch(bench)
    verified(bench.database, number, keys)
    release(bench.database, number, keys)
    return number


@pytest.mark.parametrize(
    ("contents", "field_name"),
    [(("0.98",) * 10, "first"), (("9.9",) * 10, "first"), ((*E11, *("1.01",) * 20), "more")],
)
def test_shares_typed_as_percent_are_refused(sqlite_bench: Bench, contents: tuple[str, ...], field_name: str) -> None:
    number = a_batch(sqlite_bench)
    before = entries(sqlite_bench)
    with pytest.raises(NotInPercent, match="type each content in percent") as refusal:
        assay(sqlite_bench, number, *contents)
    assert (refusal.value.field_name, entries(sqlite_bench)) == (field_name, before)
    assert len(str(refusal.value).split()) <= 26


def test_capsules_that_hold_next_to_nothing_are_entered(sqlite_bench: Bench) -> None:
    assert assay(sqlite_bench, a_batch(sqlite_bench), *("10",) * 10).assayed is not None


def test_what_the_laboratory_found_is_kept_with_what_it_comes_to(bench: Bench) -> None:
    """E11: X̄ 100.10, s 1.7764, AV 4.263."""
    number = a_batch(bench)
    assay(bench, number)
    entered = found(bench, number).assayed
    assert entered is not None
    said = entered.said
    assert (entered.name, entered.at, said.report) == (TOM.name, NOON, a_report())
    assert (said.acceptance_value, said.uniformity.verdict) == ("4.3", ContentVerdict.PASSES)
    assert f"{said.uniformity.values[0].value:.3%}" == "4.263%"
    assert said.assay.target == 1
    assert found(bench, number).waiting == ()


def test_two_clicks_enter_one_assay(bench: Bench) -> None:
    number = a_batch(bench)
    assay(bench, number)
    before = entries(bench)
    assay(bench, number)
    assert entries(bench) == before


def test_twenty_more_need_no_reason_and_other_figures_do(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    assert [each.code for each in assay(sqlite_bench, number, *SCATTERED).waiting] == ["assay-twenty-more"]
    finished = assay(sqlite_bench, number, *SCATTERED, *TWENTY, report=a_report("L-8"))
    assert finished.waiting == ()
    assert len(finished.every_assayed) == 2
    with pytest.raises(EnteredAlready, match=f"Tom Weber assayed the capsules of {number} already; say why"):
        assay(sqlite_bench, number)
    again = assay(sqlite_bench, number, reason="Report L-9 replaces both", report=a_report("L-9"))
    assert [each.said.report.number for each in again.every_assayed] == ["L-7", "L-8", "L-9"]
    assert again.assayed is again.every_assayed[-1]


def test_an_assay_that_does_not_pass_holds_the_release_until_somebody_else_decides(
    bench: Bench, tmp_path: Path
) -> None:
    number = a_batch(bench)
    verified(bench.database, number, tmp_path)
    assay(bench, number, *SCATTERED, *WILD, person=CLARA)
    said = r"waits for a pharmacist's decision on its capsules. The acceptance value of 30 units is 67"
    with pytest.raises(CapsulesUndecided, match=said):
        release(bench.database, number, tmp_path)
    with pytest.raises(SamePerson):
        decide(bench, number, CLARA)
    decide(bench, number, OLGA, reason="The laboratory found its own slip; a new report follows")
    release(bench.database, number, tmp_path)
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.RELEASED


def test_a_laboratory_may_report_after_release_and_a_failing_assay_waits_there(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    assert [each.code for each in assay(bench, number, *SCATTERED, *WILD).waiting] == ["assay-failed"]
    decide(bench, number, reason="Recalled from the one patient who has them")
    assert found(bench, number).waiting == ()
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.RELEASED


def test_a_batch_held_back_for_its_assay_is_not_freed_before_a_decision(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = released(sqlite_bench, tmp_path)
    with sqlite_bench.database.writing() as writing:
        quarantine_batch(writing, SITE, number, reason="The assay", person=TOM, at=NOON)
    assay(sqlite_bench, number, *SCATTERED)
    with pytest.raises(CapsulesUndecided), sqlite_bench.database.writing() as writing:
        free_batch(writing, SITE, number, reason="It will do", person=CLARA, at=NOON)
    assay(sqlite_bench, number, *SCATTERED, *TWENTY)
    with sqlite_bench.database.writing() as writing:
        free_batch(writing, SITE, number, reason="Passed at the second stage", person=CLARA, at=NOON)
    assert file_of(sqlite_bench.database, number, tmp_path).status is BatchStatus.RELEASED


def test_a_batch_held_back_before_release_is_freed_though_its_weights_wait(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, ONE_HEAVY)
    with sqlite_bench.database.writing() as writing:
        quarantine_batch(writing, SITE, number, reason="The machine", person=TOM, at=NOON)
        free_batch(writing, SITE, number, reason="It was clean", person=CLARA, at=NOON)
    assert [each.code for each in found(sqlite_bench, number).waiting] == ["net-weight-failed"]


@pytest.mark.parametrize("dated", [date(2026, 11, 20), date(2026, 11, 22)])
def test_a_report_from_before_the_batch_or_from_tomorrow_is_refused(sqlite_bench: Bench, dated: date) -> None:
    with pytest.raises(NotAccepted, match="a day from 21 Nov 2026, when it was made, to today, 21 Nov 2026, is"):
        assay(sqlite_bench, a_batch(sqlite_bench), report=a_report(dated=dated))


def test_what_was_voided_is_not_assayed_and_an_auditor_enters_nothing(sqlite_bench: Bench) -> None:
    number, given_up = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg", "3 mg"))
    void(sqlite_bench, given_up)
    with pytest.raises(NothingToAssay, match=f"Batch {given_up} is voided"):
        assay(sqlite_bench, given_up)
    with pytest.raises(NotForThisRole):
        assay(sqlite_bench, number, person=AUGUST)


def test_an_approved_overage_is_the_target_of_the_assay(sqlite_bench: Bench) -> None:
    """Ten of 104 % with an overage of 5 %: T = 105, so M = X̄ and AV = 0 instead of 2.5. Source: USP <905>, T."""
    number = by_another_version(sqlite_bench, active_overage=Decimal("0.05"))
    said = assay(sqlite_bench, number, *("104",) * 10).assayed
    assert said is not None
    assert (said.said.assay.target, said.said.acceptance_value) == (Decimal("1.05"), "0.0")


def test_the_journal_of_an_assayed_batch_is_proved(pharmacy: Settings) -> None:
    with closing(open_database(pharmacy.database_url)) as database:
        with database.reading() as reading:
            newest = journal.newest(reading, SITE, limit=50)
        planned = [entry.subject for entry in newest if entry.kind is EntryKind.BATCH_PLANNED]
        bench = Bench(database, "", "")
        assay(bench, planned[0])
        assert found(bench, planned[0]).assayed is not None
    assert attacked(pharmacy, statement("UPDATE batches SET status = status")) == ""
    changed = "UPDATE journal SET document = replace(document, 'L-7', 'L-9') WHERE kind = 'capsules-assayed'"
    assert "(capsules assayed: " in attacked(pharmacy, statement(changed))
