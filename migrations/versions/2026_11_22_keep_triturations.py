"""Keep triturations: their records, what is in them, which batches draw on them, and their part in the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_triturations"
down_revision: str | None = "2026_11_22"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_triturations()
    create_what_they_hold()
    let_the_ledger_name_them()


def reference(table: str, column: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    """A column that points at another table."""
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, key, nullable=nullable)


def create_triturations() -> None:
    op.create_table(
        "triturations",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        reference("triturations", "order_id", "orders.id"),
        sa.Column("order_number", CODE, nullable=False),
        sa.Column("lot_number", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ratio", sa.Text(), nullable=False),
        reference("triturations", "made_from_id", "triturations.id", nullable=True),
        sa.Column("compounded_on", sa.Date(), nullable=False),
        sa.Column("beyond_use_date", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        reference("triturations", "ingredient_lot_id", "ingredient_lots.id", nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_document", sa.Text(), nullable=True),
        reference("triturations", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_triturations"),
        sa.UniqueConstraint("lot_number", name="uq_triturations_lot_number"),
    )
    op.create_index("ix_triturations_order_id", "triturations", ["order_id"])
    op.create_index("ix_triturations_made_from_id", "triturations", ["made_from_id"])
    op.create_index("ix_triturations_ingredient_lot_id", "triturations", ["ingredient_lot_id"])
    op.create_index("ix_triturations_site_order_number", "triturations", ["site", "order_number"])
    op.create_index("ix_triturations_site_status_id", "triturations", ["site", "status", "id"])


def create_what_they_hold() -> None:
    op.create_table(
        "trituration_ingredients",
        reference("trituration_ingredients", "trituration_id", "triturations.id"),
        reference("trituration_ingredients", "ingredient_lot_id", "ingredient_lots.id"),
        sa.Column("site", CODE, nullable=False),
        sa.Column("mass_ng", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trituration_id", "ingredient_lot_id", name="pk_trituration_ingredients"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_trituration_ingredients_ingredient_lot_id_trituration_id",
        "trituration_ingredients",
        ["ingredient_lot_id", "trituration_id"],
    )
    op.create_table(
        "batch_triturations",
        reference("batch_triturations", "batch_id", "batches.id"),
        reference("batch_triturations", "trituration_id", "triturations.id"),
        sa.Column("site", CODE, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "trituration_id", name="pk_batch_triturations"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_batch_triturations_trituration_id_batch_id", "batch_triturations", ["trituration_id", "batch_id"]
    )


def let_the_ledger_name_them() -> None:
    """Written out, because SQLite adds a column with its reference only in one statement."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE stock_movements ADD COLUMN trituration_id {kind} "
        "CONSTRAINT fk_stock_movements_trituration_id REFERENCES triturations (id)"
    )
    op.create_index("ix_stock_movements_trituration_id", "stock_movements", ["trituration_id"])
