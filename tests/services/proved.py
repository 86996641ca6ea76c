"""A small pharmacy with something of everything in its journal, and what an attacker does to a copy of its database."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from compounder.codec.converter import read
from compounder.database import formulations, triturations
from compounder.database.audit.entries import every_entry
from compounder.database.engine import Connection
from compounder.database.tree import as_text, keep_checkpoint
from compounder.domain.batch.order import StrengthLine
from compounder.domain.record.journal import Actor
from compounder.domain.record.merkle import Edge
from compounder.domain.record.trituration_record import as_planned
from compounder.domain.stock.lots import IngredientLot, LotStatus, PackMeasurement
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, parse_mass, parse_quantity
from compounder.services.checkpoints import drawn_up
from compounder.services.formulations import revise_formulation
from compounder.services.lots import adjust_stock, change_status, measure_lot, receive_lot
from compounder.services.making import Making, make_trituration
from compounder.services.orders import OrderRequest, lot_numbers_of, preview
from compounder.services.proving import Verification, verify
from compounder.services.settings import revise_settings
from compounder.services.signing import public_keys
from compounder.services.storing import Storing, store_order
from compounder.services.triturations import of_order
from compounder.services.workspace import open_workspace, site_settings
from compounder.settings import Settings
from tests.services.before import approve_by_typed_name, void_by_typed_name
from tests.services.orders import CELLULOSE, HYDROCHLORIDE, a_balance
from tests.services.signing import CLARA

SITE = "A"
BERTA = Actor(name="Berta Weiß", is_authenticated=False)
DAY = date(2026, 11, 21)
MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
Attack = Callable[[sa.Connection], None]


def settings_at(url: str, folder: Path) -> Settings:
    """The workspace in a folder, with its database at `url`."""
    return Settings(home=folder, database_url=url, keys=folder / "keys", site=SITE, hosts=())


def fill(where: Settings) -> tuple[str, ...]:
    """Our lot numbers of the batches; entries of most kinds, and two checkpoints signed on the way."""
    database = open_workspace(where, at=MORNING - timedelta(days=30))
    with database.writing() as writing:
        drug, filler = _prepare(writing)
        numbers = _order(writing, drug, filler, ("1.5", "3"), 100)
        sign(writing, where)
        numbers += _order(writing, drug, filler, ("0.5", "1"), 20)
        _make_what_it_draws_on(writing)
        void_by_typed_name(writing, numbers[0], reason="Ordered twice", actor=BERTA, at=MORNING)
        adjust_stock(writing, SITE, filler, parse_mass("4.9 kg"), reason="Counted", actor=BERTA, at=MORNING)
        sign(writing, where)
    database.close()
    return numbers


def fill_plainly(where: Settings) -> None:
    """One order, and nothing in it that the first version did not know yet."""
    with closing(open_workspace(where, at=MORNING - timedelta(days=30))) as database, database.writing() as writing:
        _order(writing, *_prepare(writing), ("1.5", "3"), 100)


def sign(connection: Connection, where: Settings) -> str:
    """A checkpoint of the journal as it is, kept."""
    return keep_checkpoint(connection, drawn_up(connection, SITE, where.keys, at=MORNING))


def _prepare(connection: Connection) -> tuple[str, str]:
    first = site_settings(connection, SITE)
    balances = (a_balance("B1", "0.1 mg"), a_balance("B2", "0.01 g"))
    revised = replace(first, version=2, balances=balances, reason="Balances")
    revise_settings(connection, SITE, revised, actor=BERTA, at=MORNING)
    reason = "The study covers a year."
    approve_by_typed_name(connection, "NTX-CAPS", 1, reason=reason, actor=BERTA, at=MORNING)
    _revise_the_formulation(connection)
    drug, filler = (_received(connection, read(lot, IngredientLot)) for lot in (HYDROCHLORIDE, CELLULOSE))
    weights = tuple(parse_mass(f"{weight} mg") for weight in ("227.4", "229.1", "228.6", "226.9", "228.3", "227.8"))
    measured = PackMeasurement(
        capsule_size=CapsuleSize.THREE,
        measured_on=DAY,
        filled_weights=weights,
        mean_empty_shell=parse_mass("48 mg"),
        balance="B1",
    )
    measure_lot(connection, SITE, drug, measured, actor=BERTA, at=MORNING)
    return drug, filler


def _revise_the_formulation(connection: Connection) -> None:
    formulation = formulations.latest(connection, SITE, "NTX-CAPS").formulation
    revised = replace(formulation, version=2, storage="In a safe", reason="A safe")
    revise_formulation(connection, SITE, revised, actor=BERTA, at=MORNING)


def _received(connection: Connection, lot: IngredientLot) -> str:
    lot_id = receive_lot(connection, SITE, lot, one_time_key=lot.lot_number, actor=BERTA, at=MORNING)
    change_status(connection, SITE, lot_id, LotStatus.IN_USE, reason="Checked", person=CLARA, at=MORNING)
    return lot_id


def _order(
    connection: Connection, drug: str, filler: str, strengths: tuple[str, ...], capsules: int
) -> tuple[str, ...]:
    lines = [
        StrengthLine(strength=parse_quantity(f"{strength} mg", MASS_PER_CAPSULE), capsules=capsules)
        for strength in strengths
    ]
    request = OrderRequest(
        formulation="NTX-CAPS",
        version=1,
        active_lot=drug,
        filler_lot=filler,
        compounded_on=DAY,
        balances=(),
        capsule_size=CapsuleSize.THREE,
        strengths=tuple(lines),
    )
    storing = Storing(
        site=SITE,
        request=request,
        decisions={},
        shown_sha256=preview(connection, SITE, request).sha256,
        one_time_key=" ".join(strengths),
        actor=BERTA,
        at=MORNING,
    )
    return lot_numbers_of(connection, SITE, store_order(connection, storing))


def _make_what_it_draws_on(connection: Connection) -> None:
    (row,) = of_order(connection, SITE, "2611-002")
    making = Making(
        site=SITE,
        lot_number=row.lot_number,
        weights=as_planned(triturations.load(connection, SITE, row.lot_number).record.plan),
        made_on=DAY,
        one_time_key="made",
        actor=BERTA,
        at=MORNING,
    )
    make_trituration(connection, making)


@contextmanager
def attacking(url: str) -> Iterator[sa.Connection]:
    """A connection of somebody who holds the database: the triggers are gone, and no reference is checked."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            triggers = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            for name, _ in connection.exec_driver_sql(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            triggers = "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
            for name, table in connection.exec_driver_sql(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")
        yield connection
        connection.commit()
    engine.dispose()


def take_care_away(connection: sa.Connection) -> None:
    """The database without what patients are cared for with, to be made anew."""
    tables = ("capsule_movements", "bottles", "capsule_stock", "prescribed_capsules", "prescriptions", "patients")
    what_refers_to_it = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for table in (*tables, "protocol_versions"):
        connection.execute(sa.text(f"DROP TABLE {table}{what_refers_to_it}"))


def statement(text: str) -> Attack:
    """An attack in one statement."""

    def attack(connection: sa.Connection) -> None:
        connection.execute(sa.text(text))

    return attack


def each(*attacks: Attack) -> Attack:
    """One attack after the other."""

    def attack(connection: sa.Connection) -> None:
        for one in attacks:
            one(connection)

    return attack


def hash_again(connection: sa.Connection) -> None:
    """Every leaf hash fits its entry again."""
    leaves = [{"number": told.number, "leaf": told.leaf} for told in every_entry(connection)]
    for leaf in leaves:
        connection.execute(sa.text("UPDATE journal SET leaf_hash = :leaf WHERE number = :number"), leaf)


def plant_again(connection: sa.Connection) -> None:
    """The tree fits the journal again."""
    edge = Edge().grown(bytes.fromhex(told.leaf) for told in every_entry(connection))
    values = {"size": edge.size, "peaks": as_text(edge)}
    connection.execute(sa.text("UPDATE journal_tree SET size = :size, peaks = :peaks"), values)


def swapped(first: int, second: int) -> Attack:
    """Two entries change places."""
    move = "UPDATE journal SET number = {} WHERE number = {}"
    return each(
        statement(move.format(-1, first)), statement(move.format(first, second)), statement(move.format(second, -1))
    )


def entry_added(number: int) -> Attack:
    """A copy of entry 5 with another number."""
    columns = "at, actor, actor_is_authenticated, site, subject, kind, document, leaf_hash"
    return statement(
        f"INSERT INTO journal (number, {columns}) SELECT {number}, {columns} FROM journal WHERE number = 5"
    )


def verified(where: Settings, checkpoint: str | None = None) -> Verification:
    """The answer of `compounder verify`."""
    return verify(where.database_url, public_keys(where.keys), checkpoint)


def sentences(where: Settings, checkpoint: str | None = None) -> str:
    """Every finding, one a line."""
    return "\n".join(finding.sentence for finding in verified(where, checkpoint).findings)


def attacked(where: Settings, attack: Attack) -> str:
    """Every finding after the attack."""
    with attacking(where.database_url) as connection:
        attack(connection)
    return sentences(where)
