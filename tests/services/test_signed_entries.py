"""`compounder verify` holds every signature and every step of a batch against the journal, on both databases.

The attacker here rewrites tables, journal and tree such that all of them fit each other; the key they do not have.
"""

from pathlib import Path
from shutil import copytree

import pytest

from compounder.database.engine import open_database
from compounder.domain.record.amendments import Amended
from compounder.services.corrections import quarantine_batch, recall_batch, reject_batch
from compounder.services.finishing import weigh_capsules
from compounder.services.formulations import approve_formulation
from compounder.settings import Settings
from tests.services.finishing import capsules, finishing
from tests.services.orders import SITE
from tests.services.proved import Attack, attacked, each, hash_again, plant_again, sentences, settings_at, statement
from tests.services.signing import CLARA, NOON, OLGA, amend, release, signing_of, verified

FIRST, SECOND, THIRD = "261121A002I", "261121A004E", "261121A005C"
NO_CHECKPOINTS = statement("DELETE FROM checkpoints")


def entry(kind: str, lot_number: str) -> str:
    """The condition that finds one entry."""
    return f"kind = '{kind}' AND subject = '{lot_number}'"


def covered(*attacks: Attack) -> Attack:
    """The attacks, and then every hash, the tree and the checkpoints made to fit them."""
    return each(*attacks, NO_CHECKPOINTS, hash_again, plant_again)


def act(where: Settings) -> None:
    """The first batch is verified, its capsules weighed, then it is released, quarantined and recalled; the second is
    verified and amended; the third rejected; and the formulation's second version is approved."""
    database = open_database(where.database_url)
    signing = signing_of(OLGA, where.keys)
    for lot_number in (FIRST, SECOND):
        verified(database, lot_number, where.keys, CLARA)
    with database.writing() as writing:
        weigh_capsules(writing, finishing(FIRST), capsules(), balance="B1")
    release(database, FIRST, where.keys, OLGA)
    amend(database, SECOND, Amended.BEYOND_USE_DATE, "2027-01-31", person=CLARA)
    with database.writing() as writing:
        quarantine_batch(writing, SITE, FIRST, reason="Spots", person=CLARA, at=NOON)
        recall_batch(writing, FIRST, signing, reason="Spots")
        reject_batch(writing, SITE, THIRD, reason="Spilled", person=CLARA, at=NOON)
        approve_formulation(writing, "NTX-CAPS", 2, signing, reason="The study covers a year.")
    database.close()


@pytest.fixture
def signed(pharmacy: Settings) -> Settings:
    """A copy of the small pharmacy in which people signed and corrected, on both databases."""
    act(pharmacy)
    return pharmacy


@pytest.fixture(scope="module")
def signed_once(sqlite_pharmacy: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same in a SQLite file, to be copied."""
    folder = tmp_path_factory.mktemp("signed") / "home"
    copytree(sqlite_pharmacy.home, folder)
    where = settings_at(f"sqlite:///{folder / 'compounder.db'}", folder)
    act(where)
    return where


@pytest.fixture
def signed_file(signed_once: Settings, tmp_path: Path) -> Settings:
    """A copy of it to be attacked."""
    copytree(signed_once.home, tmp_path / "home")
    return settings_at(f"sqlite:///{tmp_path / 'home' / 'compounder.db'}", tmp_path / "home")


def test_all_is_well_where_people_signed_and_corrected(signed: Settings) -> None:
    assert sentences(signed) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (
            statement(f"UPDATE journal SET actor = 'Clara Kuhn' WHERE {entry('batch-verified', FIRST)}"),
            f"(verified: {FIRST}) does not hold. What was signed is not what stands here: name changed.",
        ),
        (
            statement(f"UPDATE journal SET at = '2026-11-21 12:31:00.000000' WHERE {entry('batch-released', FIRST)}"),
            f"(released: {FIRST}) does not hold. What was signed is not what stands here: moment changed.",
        ),
        (
            statement(f"UPDATE journal SET document = replace(document, '\"reason\":\"Spots\"', '\"reason\":\"Dust\"') "
                      f"WHERE {entry('batch-recalled', FIRST)}"),
            f"(recalled: {FIRST}) does not hold. What was signed is not what stands here: reason changed.",
        ),
        (
            each(
                statement(f"UPDATE journal SET document = replace(document, 'PH-102', 'PH-101') "
                          f"WHERE {entry('batch-planned', FIRST)}"),
                statement("UPDATE batch_records SET document = replace(document, 'PH-102', 'PH-101')"),
            ),
            f"(verified: {FIRST}) does not hold. What was signed is not what stands here: record changed.",
        ),
        (
            statement(
                "UPDATE journal SET document = (SELECT document FROM journal j WHERE j.kind = 'batch-verified' "
                f"AND j.subject = '{SECOND}') WHERE {entry('batch-verified', FIRST)}"
            ),
            "does not hold. What was signed is not what stands here: subject, record, plan changed.",
        ),
        (
            statement("UPDATE journal SET document = replace(document, '\"signature\":{', '\"nothing\":{') "
                      f"WHERE {entry('batch-released', FIRST)}"),
            f"(released: {FIRST}) does not hold. Not signed.",
        ),
        (
            statement("UPDATE journal SET document = replace(document, 'COMPOUNDER SIGNATURE 1', 'COMPOUNDER 1') "
                      f"WHERE {entry('batch-released', FIRST)}"),
            f"(released: {FIRST}) does not hold. What was signed cannot be read.",
        ),
        (
            statement("UPDATE journal SET document = replace(document, 'owner', 'auditor') "
                      f"WHERE {entry('batch-released', FIRST)}"),
            f"(released: {FIRST}) does not hold. An auditor may not sign that it was released.",
        ),
        (
            statement("UPDATE journal SET document = replace(document, 'olga', 'inge') "
                      f"WHERE {entry('batch-released', FIRST)}"),
            f"(released: {FIRST}) does not hold. Its signature does not fit.",
        ),
        (
            statement("UPDATE formulation_versions SET document = replace(document, 'In a safe', 'In a shed')"),
            "Formulation NTX-CAPS version 2 is not what entry",
        ),
        (
            each(
                statement("UPDATE formulation_versions SET document = replace(document, 'In a safe', 'In a shed')"),
                statement("UPDATE journal SET document = replace(document, 'In a safe', 'In a shed')"),
            ),
            "(approved: NTX-CAPS) does not hold. What was signed is not what stands here: record changed.",
        ),
        (
            statement("UPDATE journal SET document = replace(document, '168.2 mg', '168.3 mg') "
                      f"WHERE {entry('capsules-weighed', FIRST)}"),
            f"(released: {FIRST}) does not hold. What was signed is not what stands here: making changed.",
        ),
        (
            statement(f"UPDATE journal SET kind = 'batch-freed' WHERE {entry('batch-verified', FIRST)}"),
            f"(batch released: {FIRST}) was not possible where the batch stood.",
        ),
        (
            statement(f"UPDATE batches SET status = 'released', status_reason = '' WHERE lot_number = '{FIRST}'"),
            f"Batch {FIRST} is not what entry 29 says: status, status reason changed beside it.",
        ),
        (
            statement(f"UPDATE batches SET beyond_use_date = '2027-05-19' WHERE lot_number = '{SECOND}'"),
            f"Batch {SECOND} is not what entry 27 says: beyond use date changed beside it.",
        ),
        (
            statement("DELETE FROM stock_movements WHERE reason = 'Spilled'"),
            f"({THIRD}) are not what it says.",
        ),
    ],
)  # fmt: skip
def test_a_rewritten_history_shows_at_what_was_signed(signed_file: Settings, attack: Attack, said: str) -> None:
    assert said in attacked(signed_file, covered(attack))


def test_a_forged_release_of_another_key_is_found(sqlite_copy: Settings, tmp_path: Path) -> None:
    database = open_database(sqlite_copy.database_url)
    verified(database, FIRST, tmp_path / "another", CLARA)
    release(database, FIRST, tmp_path / "another", OLGA)
    database.close()
    found = sentences(sqlite_copy)
    assert f"(released: {FIRST}) does not hold. It is signed with a key that is not this pharmacy's." in found


def test_a_signature_taken_out_of_the_journal_is_missed(signed: Settings) -> None:
    taken = statement(f"DELETE FROM journal WHERE {entry('batch-verified', FIRST)}")
    assert f"(batch released: {FIRST}) was not possible where the batch stood." in attacked(signed, taken)
