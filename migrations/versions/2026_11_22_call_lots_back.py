"""Call lots back: recalls with what they found and held back, and who was told of them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_recalls"
down_revision: str | None = "2026_11_22_care"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("number", CODE, nullable=False),
        sa.Column("origin_kind", CODE, nullable=False),
        sa.Column("origin_name", CODE, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        reference("recalls", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_recalls"),
        sa.UniqueConstraint("site", "number", name="uq_recalls_site_number"),
    )
    op.create_index("ix_recalls_site_id", "recalls", ["site", "id"])
    origin = ["site", "origin_kind", "origin_name"]
    op.create_index("ix_recalls_site_origin_kind_origin_name", "recalls", origin)
    op.create_table(
        "recall_contacts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        reference("recall_contacts", "recall_id", "recalls.id"),
        reference("recall_contacts", "patient_id", "patients.id", is_optional=True),
        sa.Column("prescriber", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("way", CODE, nullable=False),
        sa.Column("answer", CODE, nullable=False),
        reference("recall_contacts", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_contacts"),
    )
    op.create_index("ix_recall_contacts_recall_id_patient_id", "recall_contacts", ["recall_id", "patient_id"])


def reference(table: str, column: str, target: str, *, is_optional: bool = False) -> sa.Column[int]:
    """A column that points at another table."""
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, key, nullable=is_optional)
