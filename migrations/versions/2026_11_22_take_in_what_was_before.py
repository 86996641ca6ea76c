"""Take in what was before: past batches from paper or another system, and the item references of products in GS1."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_ways_in"
down_revision: str | None = "2026_11_22_recalls"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "past_batches",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("lot_number", CODE, nullable=False),
        sa.Column("lot_number_in_capitals", CODE, nullable=False),
        sa.Column("preparation", sa.Text(), nullable=False),
        sa.Column("strength_ng", sa.BigInteger(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.Column("compounded_on", sa.Date(), nullable=False),
        sa.Column("beyond_use_date", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        reference("past_batches", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_past_batches"),
        sa.CheckConstraint("capsules > 0 AND strength_ng > 0", name="ck_past_batches_holds_something"),
    )
    op.create_index(
        "ix_past_batches_entered_once",
        "past_batches",
        ["site", "lot_number"],
        unique=True,
        sqlite_where=sa.text("status = 'past'"),
        postgresql_where=sa.text("status = 'past'"),
    )
    op.create_index("ix_past_batches_site_id", "past_batches", ["site", "id"])
    op.create_index("ix_past_batches_site_lot_number_in_capitals", "past_batches", ["site", "lot_number_in_capitals"])
    op.create_table(
        "past_batch_lots",
        reference("past_batch_lots", "past_batch_id", "past_batches.id"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("lot_number", CODE, nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        reference("past_batch_lots", "ingredient_lot_id", "ingredient_lots.id", is_optional=True),
        sa.PrimaryKeyConstraint("past_batch_id", "position", name="pk_past_batch_lots"),
    )
    op.create_index("ix_past_batch_lots_ingredient_lot_id", "past_batch_lots", ["ingredient_lot_id"])
    op.create_index("ix_past_batch_lots_site_lot_number", "past_batch_lots", ["site", "lot_number"])
    op.create_table(
        "gs1_items",
        sa.Column("site", CODE, nullable=False),
        sa.Column("prefix", CODE, nullable=False),
        sa.Column("reference", NUMBER, autoincrement=False, nullable=False),
        sa.Column("formulation_code", CODE, nullable=False),
        sa.Column("strength_ng", sa.BigInteger(), nullable=False),
        sa.Column("gtin", CODE, nullable=False),
        reference("gs1_items", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("site", "prefix", "reference", name="pk_gs1_items"),
        sa.UniqueConstraint(
            "site",
            "prefix",
            "formulation_code",
            "strength_ng",
            name="uq_gs1_items_site_prefix_formulation_code_strength_ng",
        ),
    )


def reference(table: str, column: str, target: str, *, is_optional: bool = False) -> sa.Column[int]:
    """A column that points at another table."""
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, key, nullable=is_optional)
