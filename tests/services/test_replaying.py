"""The journal replayed against the tables: each row changed, taken away or put in beside it is found and named."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from compounder.database.audit.projections import PROJECTIONS
from compounder.database.engine import open_database
from compounder.database.patients import EMPTIED
from compounder.database.schema import MovementTable
from compounder.domain.people.person import Role
from compounder.services.acting import Acting
from compounder.services.leaflets import approve_leaflet, revise_leaflet
from compounder.services.tokens import issue_token
from compounder.settings import Settings
from tests.services import people
from tests.services.care import ACT, prescribed_there
from tests.services.dispensing import dispensed_there
from tests.services.finishing import weighed_in
from tests.services.importing import taken_in_there
from tests.services.numbering import numbered_there
from tests.services.orders import MORNING, SITE
from tests.services.proved import attacked, each, settings_at, statement
from tests.services.recalled import recalled_there
from tests.services.signing import signing_of
from tests.services.site_data import change_opioids, change_protocols, some_words


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE batches SET strength_ng = 1600000 WHERE lot_number = '261121A002I'", "Batch 261121A002I is"),
        ("UPDATE batches SET status = 'planned', status_reason = ''", "Batch 261121A001K is not what entry 21 says"),
        ("UPDATE batches SET beyond_use_date = '2028-01-01' WHERE plan_number = 2", "beyond use date changed beside"),
        ("UPDATE batch_records SET document = replace(document, '3 mg', '4 mg')", "entry 13 says: record changed"),
        ("DELETE FROM batch_records", "entry 13 says: record, record sha256 changed"),
        ("UPDATE plans SET document = replace(document, '103', '104')", "Plan 1 of batch 261121A002I is"),
        ("DELETE FROM plans WHERE number = 2", "What entry 19 (plan revised: 261121A004E) made is missing"),
        ("UPDATE plans SET batch_id = batch_id + 9 WHERE number = 2", "of batch changed beside it"),
        ("UPDATE orders SET stored_by = 'X'", "Order 2611-001 is not what entry 11 says: stored by changed beside it."),
        ("UPDATE orders SET formulation_version = 2", "entry 13 says: order version"),
        ("DELETE FROM orders WHERE order_number = '2611-001'", "What entry 11 (order stored"),
        ("UPDATE triturations SET status = 'planned'", "Trituration 261121A003G is not what entry 18 says: status"),
        ("UPDATE triturations SET made_document = '{}'", "made document changed beside it"),
        ("UPDATE triturations SET ingredient_lot_id = 1", "lot by entry changed beside it"),
        ("UPDATE site_settings SET document = '{}' WHERE version = 2", "Version 2 of the settings is not what entry 3"),
        ("UPDATE formulation_versions SET approved_by = 'X' WHERE version = 1", "NTX-CAPS version 1 is not"),
        ("UPDATE formulation_versions SET approved_at = '2026-11-21 09:31' WHERE version = 1", "approved at changed"),
        ("UPDATE formulation_versions SET approved_by = 'Berta Weiß' WHERE version = 2", "NTX-CAPS version 2 is not"),
        ("UPDATE ingredient_lots SET expires_on = '2031-01-01'", "Ingredient lot NTX-2411 is not what entry 6 says"),
        ("UPDATE ingredient_lots SET status = 'quarantined' WHERE id = 1", "lot NTX-2411 is not what"),
        (
            "UPDATE ingredient_lots SET document = replace(document, '99.2', '99.3') WHERE journal_number = 18",
            "Ingredient lot 261121A003G is not what entry 18 says: document changed beside it.",
        ),
        ("UPDATE ingredient_lots SET on_hand_ng = on_hand_ng + 1", "stock of ingredient lot NTX-2411"),
        ("UPDATE lot_measurements SET pack_statistic = '181 mg'", "Measurement 1 of a lot is not what entry 10 says"),
        ("DELETE FROM lot_measurements", "What entry 10 (lot measured: Hillcrest: NTX-2411) made"),
        ("DELETE FROM stock_movements WHERE journal_number = 21", "movements of entry 21 (261121A001K)"),
        ("UPDATE stock_movements SET journal_number = 1 WHERE journal_number = 22", "The stock movements of entry 22"),
        ("UPDATE stock_movements SET journal_number = 99 WHERE journal_number = 22", "movement that names entry 99"),
        (
            "DELETE FROM batch_ingredients WHERE ingredient_lot_id = 2",
            "A recall of ingredient lot MCC-118 would not find batch 261121A002I, which was made from it.",
        ),
        ("DELETE FROM trituration_ingredients", "NTX-2411 would not find trituration 261121A003G"),
        (
            "DELETE FROM batch_ingredients WHERE ingredient_lot_id = 1 AND batch_id % 100 = 4",
            "A recall of ingredient lot NTX-2411 would not find batch 261121A005C",
        ),
        ("UPDATE stock_movements SET reason = 'X' WHERE kind = 'adjusted'", "The stock movements of entry 22"),
    ],
)  # fmt: skip
def test_a_row_that_was_changed_beside_the_journal_is_named(pharmacy: Settings, attack: str, said: str) -> None:
    assert said in attacked(pharmacy, statement(attack))


def test_a_row_put_in_beside_the_journal_is_named(pharmacy: Settings) -> None:
    added = each(
        statement(
            "INSERT INTO site_settings (site, version, document, journal_number) "
            "SELECT site, 3, document, journal_number FROM site_settings WHERE version = 2"
        ),
        statement(
            "INSERT INTO site_settings (site, version, document, journal_number) "
            "SELECT site, 4, document, 5 FROM site_settings WHERE version = 2"
        ),
    )
    found = attacked(pharmacy, added)
    assert "Version 3 of the settings is not what entry 3 says: version changed beside it." in found
    assert "Entry 3 made one row of the site settings, and 2 stand there." in found
    assert "No entry of the journal made version 4 of the settings: it was put in beside it." in found


HELD_BY_OTHERS = {"id", "journal_number", "order_id", "batch_id", "made_from_id"}
OF_NO_ENTRY = {"last_code_step"}
OF_PATIENTS = {f"patients {column}" for column in EMPTIED}
COLUMNS = {
    projection.table.__tablename__: [
        (column.name, str(column.type))
        for column in projection.table.__table__.columns
        if column.name not in HELD_BY_OTHERS | OF_NO_ENTRY
        and f"{projection.table.__tablename__} {column.name}" not in OF_PATIENTS
    ]
    for projection in PROJECTIONS
} | {
    "stock_movements": [
        (column.name, str(column.type))
        for column in MovementTable.__table__.columns
        if column.name not in {"id", "site"}
    ]
}


def let_somebody_in(where: Settings) -> None:
    """Somebody who may sign in, and a token of theirs."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        people.add(writing, people.TOM)
        act = Acting(site=SITE, actor=people.TOM.actor, at=MORNING)
        issue_token(writing, act, people.TOM, label="Robot", role=Role.AUDITOR)


def word_the_leaflet(where: Settings) -> None:
    """Somebody words it anew, and somebody else approves."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        revise_leaflet(writing, ACT, some_words())
        approve_leaflet(writing, 2, signing_of(people.BERTA, where.keys))


FILLED_BY: dict[str, Callable[[Settings], object]] = {
    "people": let_somebody_in,
    "api_tokens": let_somebody_in,
    "batch_quality": weighed_in,
    "patients": prescribed_there,
    "prescriptions": prescribed_there,
    "bottles": dispensed_there,
    "gs1_items": numbered_there,
    "past_batches": taken_in_there,
    "recalls": recalled_there,
    "recall_contacts": recalled_there,
    "protocol_versions": change_protocols,
    "opioid_versions": change_opioids,
    "leaflet_versions": word_the_leaflet,
}
"""What the small pharmacy has none of, by table."""


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_of_every_row_counts(sqlite_copy: Settings, tmp_path: Path, table: str) -> None:
    """The last row, in the sequence it was written, has the column changed, each in a copy of its own."""
    if table in FILLED_BY:
        FILLED_BY[table](sqlite_copy)
    for column, kind in COLUMNS[table]:
        home = Path(copytree(sqlite_copy.home, tmp_path / column))
        where = settings_at(f"sqlite:///{home / 'compounder.db'}", home)
        assert attacked(where, statement(changing(table, column, kind))) != "", column


def changing(table: str, column: str, kind: str) -> str:
    change = (
        f"coalesce({column}, 0) + 1" if kind == "BIGINT" or column.endswith("_id") else f"coalesce({column}, '') || '1'"
    )
    one = f"(SELECT max(journal_number) FROM {table} WHERE {column} IS NOT NULL)"
    return f"UPDATE {table} SET {column} = {change} WHERE journal_number = coalesce({one}, journal_number)"
