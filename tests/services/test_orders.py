"""Working an order out before anything is stored: what the form offers, what its names and ids stand for."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compounder.database import formulations, lots
from compounder.database.errors import NotFound
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.errors import NotAccepted
from compounder.domain.findings import Severity
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import format_dose
from compounder.services.errors import NoSuchBalance, NotApproved, WrongIngredient
from compounder.services.orders import OrderRequest, Preview, order_choices, preview
from tests.services.care import a_request, added, prescribed
from tests.services.orders import (
    CELLULOSE,
    HYDROCHLORIDE,
    MORNING,
    SITE,
    Bench,
    add_lot,
    an_entry,
    entries,
    revise_settings,
)


def worked_out(bench: Bench, request: OrderRequest) -> Preview:
    """The result shown beside the form."""
    with bench.database.reading() as reading:
        return preview(reading, SITE, request)


def stops(shown: Preview) -> set[str]:
    """The codes of what stops any strength."""
    return {finding.code for plan in shown.plans for finding in plan.findings_of(Severity.STOP)}


def test_a_result_is_worked_out_from_what_the_ids_stand_for(bench: Bench) -> None:
    (plan,) = worked_out(bench, bench.request("1.5 mg")).plans
    assert str(plan.weighings[0].to_weigh) == "158.3 milligram"
    assert str(plan.weighings[1].to_weigh) == "12254.5 milligram"
    assert plan.beyond_use_date == date(2027, 11, 20)


def test_looking_at_a_result_stores_nothing(bench: Bench) -> None:
    before = entries(bench)
    worked_out(bench, bench.request("1.5 mg", "3 mg"))
    assert entries(bench) == before


def test_one_strength_without_an_answer_leaves_the_others_theirs(sqlite_bench: Bench) -> None:
    shown = worked_out(sqlite_bench, sqlite_bench.request("1.5 mg", "200 mg", "4.5 mg"))
    assert [isinstance(outcome, BatchPlan) for outcome in shown.outcomes] == [True, False, True]


def test_an_expired_lot_stops_every_strength(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        old = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLD", expires_on="2026-11-20")
    assert stops(worked_out(sqlite_bench, sqlite_bench.request(active_lot=old))) == {"ingredient-expired"}


def test_a_lot_may_be_used_on_the_day_it_expires(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        last_day = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-LAST", expires_on="2026-11-21")
    shown = worked_out(sqlite_bench, sqlite_bench.request(active_lot=last_day))
    assert stops(shown) == set()
    assert shown.plans[0].beyond_use_date == date(2026, 11, 21)


def test_a_quarantined_lot_stops_the_order(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        held = add_lot(writing, CELLULOSE, LotStatus.QUARANTINED, lot_number="MCC-HELD")
    assert stops(worked_out(sqlite_bench, sqlite_bench.request(filler_lot=held))) == {"lot-quarantined"}


def test_a_used_up_lot_has_nothing_free_and_is_not_offered(bench: Bench) -> None:
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, bench.active, LotStatus.USED_UP)
    assert stops(worked_out(bench, bench.request())) == {"lot-insufficient"}
    with bench.database.reading() as reading:
        assert order_choices(reading, SITE).active_lots == ()


def test_strengths_that_together_need_more_than_is_free_are_stopped(bench: Bench) -> None:
    with bench.database.writing() as writing:
        small = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-SMALL", quantity="0.6 g")
    assert stops(worked_out(bench, bench.request("1.5 mg", "3 mg", active_lot=small))) == set()
    assert stops(worked_out(bench, bench.request("1.5 mg", "3 mg", "4.5 mg", active_lot=small))) == {"lot-insufficient"}


def test_a_version_that_nobody_approved_is_refused(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        second = replace(first_formulation(1), version=2, reason="Another grade of the filler")
        formulations.add_version(writing, SITE, second, an_entry(writing))
    with pytest.raises(NotApproved, match="Version 2 of NTX-CAPS is not approved"):
        worked_out(sqlite_bench, sqlite_bench.request(version=2))


def test_a_lot_of_another_substance_is_refused_at_its_field(sqlite_bench: Bench) -> None:
    with pytest.raises(WrongIngredient) as refused:
        worked_out(sqlite_bench, sqlite_bench.request(active_lot=sqlite_bench.filler))
    assert refused.value.field_name == "active_lot"
    assert str(refused.value) == (
        "Lot MCC-118 is microcrystalline cellulose; the formulation asks for naltrexone hydrochloride."
    )
    with pytest.raises(WrongIngredient) as refused:
        worked_out(sqlite_bench, sqlite_bench.request(filler_lot=sqlite_bench.active))
    assert refused.value.field_name == "filler_lot"


@pytest.mark.parametrize(
    "changes",
    [{"formulation": "NONE"}, {"version": 9}, {"active_lot": "999"}, {"filler_lot": "x\x00'; --"}, {"active_lot": ""}],
    ids=str,
)
def test_an_id_that_stands_for_nothing_is_refused(bench: Bench, changes: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        worked_out(bench, bench.request(**changes))


def test_the_same_strength_twice_is_refused(sqlite_bench: Bench) -> None:
    with pytest.raises(NotAccepted, match=r"1\.5 mg twice"):
        worked_out(sqlite_bench, sqlite_bench.request("1.5 mg", "1500 mcg"))


def test_a_balance_that_is_not_the_sites_is_refused(sqlite_bench: Bench) -> None:
    with pytest.raises(NoSuchBalance, match="is not a balance of this pharmacy; choose B1 or B2"):
        worked_out(sqlite_bench, sqlite_bench.request(balances=("B1", "B9")))


def test_a_site_without_a_balance_is_told_where_to_enter_one(sqlite_bench: Bench) -> None:
    revise_settings(sqlite_bench, balances=())
    with pytest.raises(NoSuchBalance, match="enter one under Settings"):
        worked_out(sqlite_bench, sqlite_bench.request(balances=()))


def test_no_balance_named_means_the_first_that_weighs_it(sqlite_bench: Bench) -> None:
    (plan,) = worked_out(sqlite_bench, sqlite_bench.request(balances=())).plans
    assert [weighing.balance for weighing in plan.weighings] == ["B1", "B1"]


def test_the_site_may_switch_the_correction_off(sqlite_bench: Bench) -> None:
    revise_settings(sqlite_bench, correct_for_potency=False)
    (plan,) = worked_out(sqlite_bench, sqlite_bench.request("1.5 mg")).plans
    assert str(plan.weighings[0].to_weigh) == "154.5 milligram"
    assert "potency-correction-off" in [finding.code for finding in plan.findings_of(Severity.CAUTION)]


def test_every_thing_asked_changes_the_name_of_the_result(sqlite_bench: Bench) -> None:
    """A second lot with the same certificate gives the same figures, and is still another order."""
    with sqlite_bench.database.writing() as writing:
        twin = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-TWIN")
    results = [
        worked_out(sqlite_bench, sqlite_bench.request()),
        worked_out(sqlite_bench, sqlite_bench.request(active_lot=twin)),
        worked_out(sqlite_bench, sqlite_bench.request(balances=("B1", "B2"))),
        worked_out(sqlite_bench, sqlite_bench.request(compounded_on=date(2026, 11, 22))),
        worked_out(sqlite_bench, sqlite_bench.request(capsules=101)),
    ]
    assert len({shown.sha256 for shown in results}) == len(results)


def test_the_form_offers_approved_formulations_and_each_kind_of_lot(bench: Bench) -> None:
    with bench.database.reading() as reading:
        offered = order_choices(reading, SITE)
    assert [(each.code, each.version) for each in offered.formulations] == [("NTX-CAPS", 1)]
    assert [choice.lot.lot_number for choice in offered.active_lots] == ["NTX-2411"]
    assert [choice.lot.lot_number for choice in offered.filler_lots] == ["MCC-118"]
    assert [balance.name for balance in offered.balances] == ["B1", "B2"]
    assert MORNING.date() < offered.active_lots[0].lot.expires_on


def test_a_strength_that_no_prescription_is_short_of_is_told_beside_the_one_left_out(sqlite_bench: Bench) -> None:
    prescribed(sqlite_bench, a_request(added(sqlite_bench)))
    assert asked_otherwise(sqlite_bench, "2 mg") == ["2 mg"]
    assert asked_otherwise(sqlite_bench, "1.5 mg") == []
    assert asked_otherwise(sqlite_bench, "1.5 mg", "3 mg", "4.5 mg", "2 mg") == []


def asked_otherwise(bench: Bench, *strengths: str) -> list[str]:
    """The strengths that nobody asked for, as the review has them."""
    shown = worked_out(bench, bench.request(*strengths))
    return [
        format_dose(plan.strength)
        for plan in shown.plans
        for finding in plan.findings_of(Severity.CAUTION)
        if finding.code == "strength-not-asked-for"
    ]
