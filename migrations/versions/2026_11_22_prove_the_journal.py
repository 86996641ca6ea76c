"""Prove the journal: the tree over its entries, those before today's included, and the checkpoints signed of it."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_tree"
down_revision: str | None = "2026_11_22_triturations"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEAVES = sa.text("SELECT leaf_hash FROM journal ORDER BY number")


def upgrade() -> None:
    tree = op.create_table(
        "journal_tree",
        sa.Column("size", NUMBER, autoincrement=False, nullable=False),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_journal_tree"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("site", CODE, nullable=False),
        sa.Column("size", NUMBER, autoincrement=False, nullable=False),
        sa.Column("public_key", CODE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "size", "public_key", name="pk_checkpoints"),
    )
    size, peaks = edge_of_the_journal()
    op.execute(sa.insert(tree).values(size=size, peaks=" ".join(peak.hex() for peak in peaks)))
    refuse_changes("checkpoints", "UPDATE", "DELETE")
    refuse_changes("journal_tree", "DELETE")


def edge_of_the_journal() -> tuple[int, list[bytes]]:
    """The number of entries, and the roots of the tree's full subtrees, largest first (RFC 6962, section 2.1)."""
    size, peaks = 0, list[bytes]()
    for (leaf,) in op.get_bind().execute(LEAVES, execution_options={"yield_per": 10_000}):
        size += 1
        node, pairs = bytes.fromhex(leaf), size
        while not pairs & 1:
            node, pairs = hashlib.sha256(b"\x01" + peaks.pop() + node).digest(), pairs >> 1
        peaks.append(node)
    return size, peaks


def refuse_changes(table: str, *changes: str) -> None:
    """Make the database itself refuse these changes to the table."""
    message = f"Rows of {table} are never {'changed' if 'UPDATE' in changes else 'taken away'}."
    if op.get_bind().dialect.name == "sqlite":
        for change in changes:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_changes BEFORE {' OR '.join((*changes, 'TRUNCATE'))} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_changes()"
    )
