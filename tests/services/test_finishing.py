"""Finished capsules through the services: weighed, counted, decided on, and what release asks of them."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.database import journal, lots
from compounder.database.engine import open_database
from compounder.domain.errors import MissingKey
from compounder.domain.people.person import Person
from compounder.domain.quality.errors import WrongNumberWeighed
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.record.decisions import SamePerson
from compounder.domain.record.finished import CapsulesUndecided
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import (
    MASS_PER_CAPSULE,
    READING,
    MassPerCapsule,
    format_rounded,
    parse_mass,
    parse_quantity,
    quantity_text,
)
from compounder.services.errors import NothingToDecide
from compounder.services.finishing import Finishing, weigh_capsules
from compounder.services.finishing_errors import EnteredAlready, NotAtTheBench, NotWeighedYet, SaysNothingOfItsFiller
from compounder.services.finishing_statistic import take_statistic
from compounder.settings import Settings
from tests.services.batches import lot_numbers, void
from tests.services.finishing import FILLED, ONE_HEAVY, a_batch, a_count, count, decide, finishing, found, weigh
from tests.services.orders import SITE, Bench, entries
from tests.services.proved import attacked, statement
from tests.services.signing import AUGUST, CLARA, NOON, TOM, file_of, release, verified


def test_what_was_weighed_is_kept_with_what_it_came_to(bench: Bench) -> None:
    number = a_batch(bench)
    weigh(bench, number)
    entered = found(bench, number).weighed
    assert entered is not None
    assert (entered.name, entered.at) == (TOM.name, NOON)
    weights = entered.said.weights
    assert [quantity_text(each, READING) for each in weights.filled] == [f"{each} mg" for each in FILLED]
    assert weights.mean_net == parse_mass("120.64 mg")
    results = entered.said.verdict.results
    assert [(each.rule, each.passes) for each in results] == [
        (RuleName.NET_WEIGHT, True),
        (RuleName.RELATIVE_STANDARD_DEVIATION, True),
    ]
    assert [each.figure_text for each in results] == ["101.3 %", "0.8 %"]
    assert [each.code for each in entered.said.verdict.findings] == ["weight-is-not-content"]


def test_a_balance_keeps_its_digits(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    filled = tuple(parse_quantity(f"0.16{digit}0 g", READING) for digit in range(10))
    weights = CapsuleWeights(filled=filled, mean_empty_shell=parse_mass("48 mg"))
    with sqlite_bench.database.writing() as writing:
        weigh_capsules(writing, Finishing(site=SITE, lot_number=number, person=TOM, at=NOON), weights, balance="B1")
    entered = found(sqlite_bench, number).weighed
    assert entered is not None
    assert quantity_text(entered.said.weights.filled[0], READING) == "0.1600 g"


def test_the_rules_named_beside_the_formulations_are_worked_out_too(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    finished = weigh(sqlite_bench, number, pharmacopoeias=["brazil-formulario-nacional"])
    assert finished.verdict is not None
    assert [each.rule for each in finished.verdict.results][2:] == [RuleName.BRAZIL] * 3
    with pytest.raises(WrongNumberWeighed, match=r"WHO Ph\. Int\. 5\.2 asks for 20 units; 10 were given"):
        weigh(sqlite_bench, number, pharmacopoeias=["who-5-2"], reason="Another rule")


def test_two_clicks_weigh_once(bench: Bench) -> None:
    number = a_batch(bench)
    weigh(bench, number), count(bench, number)
    before = entries(bench)
    weigh(bench, number), count(bench, number)
    assert entries(bench) == before


def test_weighing_again_needs_a_reason_and_keeps_the_earlier_weights(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, ONE_HEAVY)
    said = f"Tom Weber weighed the capsules of {number} already; say why they are weighed again."
    with pytest.raises(EnteredAlready, match=said):
        weigh(sqlite_bench, number)
    weigh(sqlite_bench, number, reason="Capsule 1 was read wrongly", person=CLARA)
    finished = found(sqlite_bench, number)
    assert [each.said.reason for each in finished.every_weighed] == ["", "Capsule 1 was read wrongly"]
    assert finished.weighed is finished.every_weighed[-1]
    assert finished.waiting == ()


def test_yield_and_loss_follow_from_the_weights_that_hold(bench: Bench) -> None:
    number = a_batch(bench)
    weigh(bench, number)
    first = count(bench, number).verdict
    assert first is not None
    assert [each.figure_text for each in first.results][2:] == ["−0.1 %"]
    lighter = tuple(str(Decimal(each) - 5) for each in FILLED)
    again = weigh(bench, number, lighter, reason="The balance was not level")
    assert again.verdict is not None
    assert [each.figure_text for each in again.verdict.results][2:] == ["4.0 %"]
    assert [each.code for each in again.waiting] == ["powder-loss-above-limit"]


def test_capsules_are_weighed_before_they_are_counted(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(NotWeighedYet, match="weigh them first: the loss comes from their mean"):
        count(sqlite_bench, number)


def test_a_batch_whose_capsules_fail_is_released_once_a_pharmacist_decided(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    verified(bench.database, number, tmp_path)
    weigh(bench, number, ONE_HEAVY)
    said = f"Batch {number} waits for a pharmacist's decision on its capsules. Capsule 1 holds 110.3 %"
    with pytest.raises(CapsulesUndecided, match=said):
        release(bench.database, number, tmp_path)
    decide(bench, number)
    (finding,) = found(bench, number).decided[0].said.findings
    assert finding.code == "net-weight-failed"
    release(bench.database, number, tmp_path)
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.RELEASED


def test_a_loss_above_the_limit_waits_too(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    verified(sqlite_bench.database, number, tmp_path)
    weigh(sqlite_bench, number), count(sqlite_bench, number, a_count(made=98, good=96))
    with pytest.raises(CapsulesUndecided, match=r"Powder loss is 4\.8 %; the formulation allows 3 %"):
        release(sqlite_bench.database, number, tmp_path)
    decide(sqlite_bench, number, reason="The machine's tray was spilled")
    release(sqlite_bench.database, number, tmp_path)


def test_a_batch_on_paper_is_released_without_weights(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    verified(sqlite_bench.database, number, tmp_path)
    release(sqlite_bench.database, number, tmp_path)


def test_other_figures_ask_for_another_decision(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, ONE_HEAVY), decide(sqlite_bench, number)
    assert count(sqlite_bench, number).waiting == ()
    heavier = ("181.2", *FILLED[1:])
    assert len(weigh(sqlite_bench, number, heavier, reason="Read again").waiting) == 1


def test_nobody_decides_on_what_they_entered(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, ONE_HEAVY, person=CLARA)
    with pytest.raises(SamePerson, match=f"Clara Kühn entered the capsules of batch {number}; somebody else"):
        decide(sqlite_bench, number, CLARA)


@pytest.mark.parametrize("person", [TOM, AUGUST])
def test_only_a_pharmacist_decides(sqlite_bench: Bench, person: Person) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, ONE_HEAVY)
    with pytest.raises(NotForThisRole):
        decide(sqlite_bench, number, person)


def test_a_decision_needs_a_reason_and_something_to_decide(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number)
    with pytest.raises(NothingToDecide):
        decide(sqlite_bench, number)
    with pytest.raises(MissingKey):
        decide(sqlite_bench, number, reason=" ")


def test_an_auditor_weighs_nothing(sqlite_bench: Bench) -> None:
    with pytest.raises(NotForThisRole, match="What is weighed and counted needs a technician or pharmacist or owner"):
        weigh(sqlite_bench, a_batch(sqlite_bench), person=AUGUST)


def test_what_is_released_or_given_up_is_not_weighed(sqlite_bench: Bench, tmp_path: Path) -> None:
    stands, given_up = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg", "3 mg"))
    void(sqlite_bench, given_up)
    with pytest.raises(NotAtTheBench, match=f"Batch {given_up} is voided; capsules are weighed until one is"):
        weigh(sqlite_bench, given_up)
    verified(sqlite_bench.database, stands, tmp_path)
    release(sqlite_bench.database, stands, tmp_path)
    with pytest.raises(NotAtTheBench, match="is released"):
        weigh(sqlite_bench, stands)


def test_whoever_weighed_may_still_verify(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, person=TOM)
    assert verified(sqlite_bench.database, number, tmp_path, TOM) == ()
    weigh(sqlite_bench, number, ONE_HEAVY, reason="Read again")
    assert all(each.holds for each in file_of(sqlite_bench.database, number, tmp_path).signatures)


def test_the_journal_of_a_batch_with_finished_capsules_is_proved(pharmacy: Settings) -> None:
    with closing(open_database(pharmacy.database_url)) as database:
        with database.reading() as reading:
            planned = next(
                entry.subject
                for entry in journal.newest(reading, SITE, limit=50)
                if entry.kind is EntryKind.BATCH_PLANNED
                and journal.entries_of(reading, SITE, entry.subject)[-1].kind is EntryKind.BATCH_PLANNED
            )
        bench = Bench(database, "", "")
        weigh(bench, planned), count(bench, planned), take(bench, planned)
        assert found(bench, planned).verdict is not None
    assert attacked(pharmacy, statement("UPDATE batches SET status = status")) == ""


def take(bench: Bench, number: str, person: Person = CLARA, reason: str = "Three batches alike") -> MassPerCapsule:
    """A pharmacist takes what the capsules say of the filler for its pack statistic."""
    with bench.database.writing() as writing:
        return take_statistic(writing, finishing(number, person, reason))


def test_what_the_capsules_say_may_become_the_fillers_pack_statistic(bench: Bench) -> None:
    """Drug 120.64 × 1.53668 ÷ 120.512 = 1.53831 mg; (120.64 − 1.53831) ÷ (1 − 1.53831 ÷ 180) = 120.128 mg."""
    number = a_batch(bench)
    weigh(bench, number)
    statistic = take(bench, number)
    assert format_rounded(statistic, MASS_PER_CAPSULE, "0.001") == "120.128 mg"
    before = entries(bench)
    assert take(bench, number) == statistic
    assert entries(bench) == before
    with bench.database.reading() as reading:
        filler = lots.load(reading, SITE, bench.filler)
        newest = journal.newest(reading, SITE, limit=1)[0]
    assert filler.pack_statistics[CapsuleSize.THREE] == statistic
    assert (newest.kind, newest.actor.name, newest.subject) == (
        EntryKind.LOT_MEASURED,
        "Clara Kühn",
        "Crème & Søn: MCC-118",
    )
    assert "Three batches alike" in newest.document


def test_the_fillers_pack_statistic_is_a_pharmacists_decision_on_capsules_that_were_decided(
    sqlite_bench: Bench,
) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(SaysNothingOfItsFiller):
        take(sqlite_bench, number)
    weigh(sqlite_bench, number, ONE_HEAVY)
    with pytest.raises(CapsulesUndecided):
        take(sqlite_bench, number)
    with pytest.raises(NotForThisRole):
        take(sqlite_bench, number, person=TOM)
    with pytest.raises(MissingKey):
        take(sqlite_bench, number, reason="")
