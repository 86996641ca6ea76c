"""The journal's tree in the database: grown with each entry, planted over a journal that is there already."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from compounder.database import journal, tree
from compounder.database.engine import Connection
from compounder.database.errors import TreeMissing
from compounder.database.tree import KeptCheckpoint, keep_checkpoint
from compounder.domain.record.merkle import Edge
from tests.database.migrating import migrate_by
from tests.database.stored import SITE, Site, an_entry

KEPT = KeptCheckpoint(site=SITE, size=7, public_key="ab", text="COMPOUNDER 1")


def edge_of(connection: Connection) -> Edge:
    """The edge that the journal's leaves make."""
    return Edge().grown(journal.leaves(connection))


def test_the_tree_grows_with_the_journal(site: Site) -> None:
    for subject in range(9):
        with site.database.writing() as connection:
            entry = an_entry(connection, str(subject))
        with site.database.reading() as connection:
            assert tree.edge(connection) == edge_of(connection)
            assert tree.edge(connection).size == entry.number
            assert tree.edge(connection).root == Edge().grown(journal.leaves(connection)).root


def append_in_vain(site: Site) -> None:
    """An entry that is given up."""
    with site.database.writing() as connection:
        an_entry(connection)
        raise InterruptedError


def test_a_write_that_fails_takes_its_leaves_back_with_it(site: Site) -> None:
    with site.database.reading() as connection:
        before = tree.edge(connection)
    with pytest.raises(InterruptedError):
        append_in_vain(site)
    with site.database.reading() as connection:
        assert tree.edge(connection) == before


def test_nothing_is_appended_to_a_journal_that_lost_its_tree(site: Site) -> None:
    with pytest.raises(DBAPIError, match="never taken away"), site.database.writing() as connection:
        connection.execute(text("DELETE FROM journal_tree"))
    with site.database.writing() as connection:
        drop_trigger(connection)
        connection.execute(text("DELETE FROM journal_tree"))
        with pytest.raises(TreeMissing, match="compounder verify"):
            an_entry(connection)


def drop_trigger(connection: Connection) -> None:
    """Let the tree be taken away."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER journal_tree_refuse_delete"))
    else:
        connection.execute(text("DROP TRIGGER journal_tree_refuse_changes ON journal_tree"))


@pytest.mark.parametrize("change", ["UPDATE checkpoints SET text = ''", "DELETE FROM checkpoints"])
def test_a_checkpoint_is_never_changed(site: Site, change: str) -> None:
    with site.database.writing() as connection:
        assert keep_checkpoint(connection, KEPT) == keep_checkpoint(connection, KEPT) == KEPT.text
        assert tree.checkpoints(connection) == (KEPT,)
    with pytest.raises(DBAPIError, match="never changed"), site.database.writing() as connection:
        connection.execute(text(change))


def test_a_journal_that_is_there_already_gets_its_tree(site: Site) -> None:
    """The database loses its tree, and gets it as a database of the revision before would."""
    with site.database.writing() as connection:
        expected = edge_of(connection)
        for table in ("journal_tree", "checkpoints"):
            connection.execute(text(f"DROP TABLE {table}"))
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"DROP FUNCTION {table}_refuse_changes()"))
        migrate_by(connection, "2026_11_22_prove_the_journal")
    with site.database.writing() as connection:
        assert tree.edge(connection) == expected
        assert an_entry(connection).number == expected.size + 1
        assert tree.edge(connection) == edge_of(connection)
