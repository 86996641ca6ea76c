"""A history made up for measuring is one that the program itself would have written, and the same every time."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import Connection, func, inspect, select, text

from bench.filling.history import Filling, fill
from bench.filling.opening import PHARMACIST, SITE, where
from bench.pharmacy import NOW, Pharmacy, an_order
from compounder.database import bottles, tree
from compounder.database.engine import open_database
from compounder.database.errors import DatabaseUnusable
from compounder.database.schema import Base, BatchTable, BottleTable, LotTable, OrderTable
from compounder.database.search import (
    BatchFilter,
    LotFilter,
    batches_beginning,
    batches_using,
    search_batches,
    search_lots,
)
from compounder.domain.people.person import Role
from compounder.domain.stock.lots import LotStatus
from compounder.services.batches import batch_file
from compounder.services.orders import lot_numbers_of, preview
from compounder.services.patients import patient_file
from compounder.services.prescriptions import prescription_file
from compounder.services.proving import verify
from compounder.services.signing import public_keys
from compounder.services.storing import Storing, store_order

BATCHES = 120
WHOLE = Base.metadata.tables


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filling:
    """A small history in SQLite, its documents whole."""
    home = tmp_path_factory.mktemp("filled")
    filling = Filling(where(f"sqlite:///{home / 'compounder.db'}", home, home / "keys"), BATCHES, BATCHES, 7)
    told: list[int] = []
    fill(filling, told.append)
    assert sum(told) == BATCHES
    return filling


@pytest.fixture
def reading(filled: Filling) -> Iterator[Connection]:
    """The small history."""
    with closing(open_database(filled.workspace.database_url)) as database, database.reading() as connection:
        yield connection


def digest_of(connection: Connection) -> str:
    """Names every row of every table but those that say when the database was made."""
    found = hashlib.sha256()
    for table in WHOLE.values():
        for row in connection.execute(select(table).order_by(*table.primary_key)):
            found.update(repr((table.name, *row)).encode())
    return found.hexdigest()


def a_batch(reading: Connection, status: str) -> str:
    """Our lot number of a batch that stands so."""
    return str(reading.scalar(select(BatchTable.lot_number).where(BatchTable.status == status).order_by(BatchTable.id)))


def test_nothing_tells_it_from_what_the_program_wrote(filled: Filling) -> None:
    workspace = filled.workspace
    found = verify(workspace.database_url, public_keys(workspace.keys))
    assert found.findings == ()
    assert found.entries > 8 * BATCHES


def test_it_has_every_kind_of_row(reading: Connection) -> None:
    empty = {name for name, table in WHOLE.items() if not reading.scalar(select(func.count()).select_from(table))}
    assert empty <= {
        *("checkpoints", "sessions", "sign_in_failures", "invitations", "api_tokens", "offered_readings"),
        *("issued_papers", "protocol_versions", "opioid_versions", "leaflet_versions", "gs1_items"),
        *("past_batches", "past_batch_lots", "recalls", "recall_contacts"),
    }
    assert reading.scalar(select(func.count()).select_from(BatchTable)) == BATCHES
    bottles_each = (reading.scalar(select(func.count()).select_from(BottleTable)) or 0) / BATCHES
    assert 1.2 < bottles_each < 1.8


def test_a_batch_a_bottle_and_a_patient_open_as_any_other(reading: Connection) -> None:
    file = batch_file(reading, SITE, a_batch(reading, "released"))
    assert [signature.holds for signature in file.signatures] == [True, True]
    assert file.making.next_line is None or not file.making.is_begun
    number = str(reading.scalar(select(BottleTable.number)))
    bottle = bottles.load(reading, SITE, number)
    assert sum(part.capsules for part in bottle.filled_from) == bottle.capsules == 30
    prescription = prescription_file(reading, SITE, bottle.prescription, Role.PHARMACIST)
    assert prescription.seen.patient is not None
    seen = patient_file(reading, SITE, prescription.seen.identifier, Role.PHARMACIST)
    assert bottle.prescription in [row.number for row in seen.prescriptions]


def test_a_lot_to_recall_is_in_as_many_batches_as_it_says(reading: Connection) -> None:
    number = reading.scalar(select(LotTable.id).where(LotTable.lot_number == "RECALL-50"))
    found = batches_using(reading, SITE, str(number))
    assert len(found) == 50
    assert search_batches(reading, SITE, BatchFilter(words="recall-50")).rows == found


def test_people_go_on_where_it_ends(filled: Filling, tmp_path: Path) -> None:
    copy(filled.workspace.home / "compounder.db", tmp_path)
    with closing(open_database(f"sqlite:///{tmp_path / 'compounder.db'}")) as database, database.writing() as writing:
        before = tree.edge(writing).size
        lots = {
            lot.substance: lot.lot_id for lot in search_lots(writing, SITE, LotFilter(status=LotStatus.IN_USE)).rows
        }
        drug, filler = lots["naltrexone hydrochloride"], lots["microcrystalline cellulose"]
        request = an_order(Pharmacy(filled.workspace, drug, filler), "1.5 mg")
        shown = preview(writing, SITE, request).sha256
        storing = Storing(
            site=SITE,
            request=request,
            decisions={},
            shown_sha256=shown,
            one_time_key="the next",
            actor=PHARMACIST.actor,
            at=NOW,
        )
        (number,) = lot_numbers_of(writing, SITE, store_order(writing, storing))
        assert [row.lot_number for row in batches_beginning(writing, SITE, number)] == [number]
        assert tree.edge(writing).size == before + 2
    assert verify(f"sqlite:///{tmp_path / 'compounder.db'}", public_keys(filled.workspace.keys)).findings == ()


def test_the_same_seed_fills_in_the_same_rows_on_postgresql(
    filled: Filling, reading: Connection, empty_postgresql_url: str, tmp_path: Path
) -> None:
    again = Filling(where(empty_postgresql_url, tmp_path, tmp_path / "keys"), BATCHES, BATCHES, filled.seed)
    fill(again, lambda _: None)
    with closing(open_database(empty_postgresql_url)) as database, database.writing() as there:
        assert digest_of(there) == digest_of(reading)
        assert indexes(there) == indexes(reading)
        assert there.scalar(text("SELECT nextval(pg_get_serial_sequence('orders', 'id'))")) == 1 + int(
            reading.scalar(select(func.max(OrderTable.id))) or 0
        )


def test_a_database_that_is_in_use_is_refused(filled: Filling) -> None:
    with pytest.raises(DatabaseUnusable, match="somebody works in it already"):
        fill(filled, lambda _: None)


def indexes(connection: Connection) -> set[str | None]:
    """The names of every index that was taken off meanwhile."""
    inspected = inspect(connection)
    return {index["name"] for table in WHOLE for index in inspected.get_indexes(table)} & {
        str(index.name) for table in WHOLE.values() for index in table.indexes
    }
