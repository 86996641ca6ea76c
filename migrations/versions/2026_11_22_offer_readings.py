"""Offer what balances send: the newest reading of each, until it is taken. Nothing of it is in the journal before."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_offered"
down_revision: str | None = "2026_11_22_people"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "offered_readings",
        sa.Column("site", CODE, nullable=False),
        sa.Column("balance", CODE, nullable=False),
        sa.Column("offer_id", CODE, nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "balance", name="pk_offered_readings"),
    )
