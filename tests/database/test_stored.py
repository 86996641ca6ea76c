"""What is stored is read back the same: settings, formulations, lots, orders, batches, papers; each thing once."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from compounder.codec.converter import read
from compounder.codec.documents import canonical, digest
from compounder.database import batches, formulations, lots, one_time_keys, orders, papers, running_numbers, settings
from compounder.database.errors import AlreadyApproved, KeyAlreadyUsed, NotFound, VersionTaken
from compounder.domain.record.record import BatchStatus
from compounder.domain.stock.lots import LotStatus, PackMeasurement
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, quantity_text
from tests.database.stored import (
    APPROVAL,
    DAY,
    FORMULATION,
    MORNING,
    SITE,
    Site,
    a_new_batch,
    a_record,
    an_active_lot,
    an_entry,
    an_order,
    some_settings,
    store_order,
)
from tests.domain.orders import plan_order


def test_settings_are_versions_of_which_the_newest_counts(site: Site) -> None:
    with site.database.writing() as connection:
        settings.add(connection, SITE, some_settings(2), an_entry(connection).number)
        assert settings.current(connection, SITE) == some_settings(2)
        assert settings.versions(connection, SITE) == (some_settings(2), some_settings(1))
        assert settings.current(connection, "B") is None
        with pytest.raises(VersionTaken, match="Version 2 of the settings exists already"):
            settings.add(connection, SITE, some_settings(2), an_entry(connection).number)


def test_a_new_version_of_a_formulation_waits_for_its_approval(site: Site) -> None:
    second = replace(FORMULATION, version=2, reason="Another container")
    with site.database.writing() as connection:
        formulations.add_version(connection, SITE, second, an_entry(connection).number)
        (listed,) = formulations.listed(connection, SITE)
        assert (listed.formulation, listed.is_approved) == (second, False)
        approved = formulations.latest_approved(connection, SITE, "NTX-CAPS")
        assert approved is not None
        assert (approved.formulation, approved.approval) == (FORMULATION, APPROVAL)
        formulations.approve(connection, SITE, "NTX-CAPS", 2, APPROVAL)
        assert [each.formulation.version for each in formulations.versions(connection, SITE, "NTX-CAPS")] == [2, 1]
        assert formulations.latest(connection, SITE, "NTX-CAPS").approval == APPROVAL


def test_a_version_is_added_once_and_approved_once(site: Site) -> None:
    with site.database.writing() as connection:
        with pytest.raises(VersionTaken):
            formulations.add_version(connection, SITE, FORMULATION, an_entry(connection).number)
        with pytest.raises(AlreadyApproved):
            formulations.approve(connection, SITE, "NTX-CAPS", 1, APPROVAL)
        with pytest.raises(NotFound, match="There is no formulation NTX-CAPS version 9"):
            formulations.version(connection, SITE, "NTX-CAPS", 9)


def test_a_lot_is_read_back_as_received_with_what_was_measured_since(site: Site) -> None:
    weights = ["170.1 mg", "170.3 mg", "169.9 mg", "170.2 mg", "170 mg"]
    document = {
        "capsule_size": "3",
        "measured_on": "2026-11-20",
        "filled_weights": weights,
        "mean_empty_shell": "48 mg",
    }
    measurement = read(document, PackMeasurement)
    with site.database.writing() as connection:
        lots.add_measurement(connection, SITE, site.active, measurement, an_entry(connection).number)
        lots.set_status(connection, SITE, site.active, LotStatus.QUARANTINED)
        stored = lots.load(connection, SITE, site.active)
    assert (stored.lot, stored.status) == (an_active_lot(), LotStatus.QUARANTINED)
    assert [canonical(made.measurement) for made in stored.measurements] == [canonical(measurement)]
    statistic = stored.pack_statistics[CapsuleSize.THREE]
    assert quantity_text(statistic, MASS_PER_CAPSULE) == "122.1 mg"
    assert (stored.facts.lot_id, stored.facts.free) == (site.active, stored.free)


def test_an_order_is_read_back_as_it_was_stored(site: Site) -> None:
    with site.database.writing() as connection:
        order = an_order(site, connection, ("1.5 mg", "3 mg"))
        numbers = store_order(site, connection, ("1.5 mg", "3 mg"), key="a form")
        stored = orders.load(connection, SITE, "2611-001")
        assert (stored.order, stored.sha256) == (order, digest(canonical(order)))
        assert [row.batches for row in orders.listed(connection, SITE)] == [2]
        assert tuple(batch.record.lot_number for batch in batches.of_order(connection, SITE, "2611-001")) == numbers


def test_a_form_sent_twice_makes_one_order(site: Site) -> None:
    with site.database.writing() as connection:
        assert orders.find_by_key(connection, SITE, "a form") is None
        store_order(site, connection, key="a form")
    with pytest.raises(KeyAlreadyUsed, match="made 2611-001"), site.database.writing() as connection:
        store_order(site, connection, key="a form")
    with site.database.reading() as connection:
        assert orders.find_by_key(connection, SITE, "a form") == "2611-001"
        assert one_time_keys.subject_of(connection, "B", "a form") is None
        assert len(orders.listed(connection, SITE)) == 1


def test_a_batch_is_read_back_with_its_record_and_its_plan(site: Site) -> None:
    with site.database.writing() as connection:
        (number,) = store_order(site, connection)
        stored = batches.load(connection, SITE, number)
        assert digest(canonical(stored.record)) == stored.record_sha256
        assert digest(canonical(stored.record.plan)) == stored.record.plan_sha256
        assert canonical(batches.plan(connection, SITE, number, 1)) == canonical(stored.record.plan)
        assert (stored.status, stored.status_reason) == (BatchStatus.PLANNED, "")
        with pytest.raises(NotFound, match="There is no plan 2 of batch"):
            batches.plan(connection, SITE, number, 2)
        with pytest.raises(NotFound):
            batches.load(connection, "B", number)


def test_a_batch_stands_where_its_entries_put_it(site: Site) -> None:
    with site.database.writing() as connection:
        number, other = store_order(site, connection, strengths=("1.5 mg", "3 mg"))
        batches.stand(connection, SITE, number, BatchStatus.VOIDED, "Wrong lot")
        stored, beside = (batches.load(connection, SITE, each) for each in (number, other))
    assert (stored.status, stored.status_reason) == (BatchStatus.VOIDED, "Wrong lot")
    assert (beside.status, beside.status_reason) == (BatchStatus.PLANNED, "")


def test_a_lot_number_is_given_once(site: Site) -> None:
    with site.database.writing() as connection:
        (number,) = store_order(site, connection)
        order = an_order(site, connection, ("3 mg",))
    record = a_record(order, plan_order(order)[0], number, "2611-001")
    with pytest.raises(IntegrityError, match="lot_number"), site.database.writing() as connection:
        batches.add_each(connection, SITE, 1, DAY, [a_new_batch(connection, record)])


def test_numbers_run_by_day_and_site_and_are_given_again_if_nothing_was_stored(site: Site) -> None:
    with site.database.writing() as connection:
        first = [tuple(running_numbers.next_numbers(connection, SITE, DAY, how_many)) for how_many in (1, 2)]
        others = [
            tuple(running_numbers.next_numbers(connection, *series, 1)) for series in (("B", DAY), (SITE, date.min))
        ]
    with pytest.raises(NotFound), site.database.writing() as connection:
        lots.load(connection, SITE, str(running_numbers.next_numbers(connection, SITE, DAY, 5)[0] + 1_000))
    with site.database.writing() as connection:
        again = tuple(running_numbers.next_numbers(connection, SITE, DAY, 1))
    assert (first, others, again) == ([(1,), (2, 3)], [(1,), (1,)], (4,))


@pytest.mark.parametrize("table", ["plans", "batch_records", "orders", "journal"])
def test_what_was_stored_of_a_batch_is_never_changed(site: Site, table: str) -> None:
    with site.database.writing() as connection:
        store_order(site, connection)
    for change in (f"UPDATE {table} SET document = '{{}}'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match=f"Rows of {table} are never changed"), site.database.writing() as changing:
            changing.execute(text(change))


def test_a_paper_is_issued_once_and_kept(site: Site) -> None:
    with site.database.writing() as connection:
        assert papers.find(connection, SITE, "hash", "worksheet A4") is None
        assert papers.keep(connection, SITE, "hash", "worksheet A4", b"%PDF 1", issued_at=MORNING) == b"%PDF 1"
        assert papers.keep(connection, SITE, "hash", "worksheet A4", b"%PDF 2", issued_at=MORNING) == b"%PDF 1"
        assert papers.find(connection, SITE, "hash", "worksheet A4") == b"%PDF 1"
        assert papers.find(connection, SITE, "hash", "worksheet Letter") is None
        assert papers.find(connection, "B", "hash", "worksheet A4") is None
