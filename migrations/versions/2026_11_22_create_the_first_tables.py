"""Create the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER_CHANGED = ("journal", "site_settings", "orders", "batch_records", "plans", "stock_movements")


def upgrade() -> None:
    create_the_journal()
    create_settings_and_formulations()
    create_ingredient_lots()
    create_orders_and_batches()
    create_what_a_batch_holds()
    create_words_and_papers()
    for table in NEVER_CHANGED:
        refuse_changes(table)


def reference(table: str, column: str, target: str) -> sa.Column[int]:
    """A column that points at another table."""
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, key, nullable=False)


def refuse_changes(table: str) -> None:
    """Make the database itself refuse to change or delete a row of the table."""
    message = f"Rows of {table} are never changed."
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
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
        f"CREATE TRIGGER {table}_refuse_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_changes()"
    )


def create_the_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_is_authenticated", sa.Boolean(), nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal"),
    )
    op.create_index("ix_journal_site_number", "journal", ["site", "number"])
    op.create_index("ix_journal_site_subject_number", "journal", ["site", "subject", "number"])
    op.create_table(
        "one_time_keys",
        sa.Column("site", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        reference("one_time_keys", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("site", "key", name="pk_one_time_keys"),
    )
    op.create_table(
        "number_series",
        sa.Column("site", CODE, nullable=False),
        sa.Column("series", CODE, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "series", name="pk_number_series"),
    )


def create_settings_and_formulations() -> None:
    op.create_table(
        "site_settings",
        sa.Column("site", CODE, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        reference("site_settings", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("site", "version", name="pk_site_settings"),
    )
    op.create_table(
        "formulation_versions",
        sa.Column("site", CODE, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approval_reason", sa.Text(), nullable=True),
        reference("formulation_versions", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("site", "code", "version", name="pk_formulation_versions"),
    )


def create_ingredient_lots() -> None:
    op.create_table(
        "ingredient_lots",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("substance", CODE, nullable=False),
        sa.Column("lot_number", CODE, nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("on_hand_ng", sa.BigInteger(), nullable=False),
        sa.Column("reserved_ng", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        reference("ingredient_lots", "journal_number", "journal.number"),
        sa.CheckConstraint(
            "reserved_ng >= 0 AND on_hand_ng >= reserved_ng", name="ck_ingredient_lots_reserved_is_on_hand"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ingredient_lots"),
    )
    op.create_index("ix_ingredient_lots_site_expires_on_id", "ingredient_lots", ["site", "expires_on", "id"])
    op.create_index("ix_ingredient_lots_site_lot_number", "ingredient_lots", ["site", "lot_number"])
    op.create_index(
        "ix_ingredient_lots_site_substance_status_expires_on",
        "ingredient_lots",
        ["site", "substance", "status", "expires_on"],
    )
    op.create_table(
        "lot_measurements",
        sa.Column("id", NUMBER, nullable=False),
        reference("lot_measurements", "lot_id", "ingredient_lots.id"),
        sa.Column("site", CODE, nullable=False),
        sa.Column("capsule_size", sa.Text(), nullable=False),
        sa.Column("pack_statistic", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        reference("lot_measurements", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_lot_measurements"),
    )
    op.create_index("ix_lot_measurements_lot_id", "lot_measurements", ["lot_id"])


def create_orders_and_batches() -> None:
    op.create_table(
        "orders",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("order_number", CODE, nullable=False),
        sa.Column("compounded_on", sa.Date(), nullable=False),
        sa.Column("formulation_code", CODE, nullable=False),
        sa.Column("formulation_version", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        reference("orders", "journal_number", "journal.number"),
        sa.ForeignKeyConstraint(
            ["site", "formulation_code", "formulation_version"],
            ["formulation_versions.site", "formulation_versions.code", "formulation_versions.version"],
            name="fk_orders_site_formulation_code_formulation_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("site", "order_number", name="uq_orders_site_order_number"),
    )
    op.create_table(
        "batches",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("site", CODE, nullable=False),
        reference("batches", "order_id", "orders.id"),
        sa.Column("order_number", CODE, nullable=False),
        sa.Column("lot_number", CODE, nullable=False),
        sa.Column("preparation", sa.Text(), nullable=False),
        sa.Column("formulation_code", CODE, nullable=False),
        sa.Column("formulation_version", sa.BigInteger(), nullable=False),
        sa.Column("strength_ng", sa.BigInteger(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.Column("compounded_on", sa.Date(), nullable=False),
        sa.Column("beyond_use_date", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("plan_number", sa.BigInteger(), nullable=False),
        reference("batches", "journal_number", "journal.number"),
        sa.CheckConstraint("capsules > 0 AND strength_ng > 0", name="ck_batches_holds_something"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("lot_number", name="uq_batches_lot_number"),
    )
    op.create_index(
        "ix_batches_formulation",
        "batches",
        ["site", "formulation_code", "id", "status", "strength_ng", "beyond_use_date"],
    )
    op.create_index("ix_batches_order_id", "batches", ["order_id"])
    op.create_index("ix_batches_site_beyond_use_date_id", "batches", ["site", "beyond_use_date", "id"])
    op.create_index(
        "ix_batches_site_compounded_on_status_strength_ng",
        "batches",
        ["site", "compounded_on", "status", "strength_ng"],
    )
    op.create_index("ix_batches_site_id", "batches", ["site", "id"])
    op.create_index("ix_batches_site_lot_number", "batches", ["site", "lot_number"])
    op.create_index("ix_batches_site_order_number", "batches", ["site", "order_number"])
    op.create_index(
        "ix_batches_status", "batches", ["site", "status", "id", "strength_ng", "formulation_code", "beyond_use_date"]
    )
    op.create_index(
        "ix_batches_strength", "batches", ["site", "strength_ng", "id", "status", "formulation_code", "beyond_use_date"]
    )


def create_what_a_batch_holds() -> None:
    op.create_table(
        "batch_records",
        reference("batch_records", "batch_id", "batches.id"),
        sa.Column("site", CODE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch_records"),
    )
    op.create_table(
        "plans",
        reference("plans", "batch_id", "batches.id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        reference("plans", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("batch_id", "number", name="pk_plans"),
    )
    op.create_table(
        "batch_ingredients",
        reference("batch_ingredients", "batch_id", "batches.id"),
        reference("batch_ingredients", "ingredient_lot_id", "ingredient_lots.id"),
        sa.Column("site", CODE, nullable=False),
        sa.Column("mass_ng", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "ingredient_lot_id", name="pk_batch_ingredients"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_batch_ingredients_ingredient_lot_id_batch_id", "batch_ingredients", ["ingredient_lot_id", "batch_id"]
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        reference("stock_movements", "lot_id", "ingredient_lots.id"),
        sa.Column("batch_id", NUMBER, sa.ForeignKey("batches.id", name="fk_stock_movements_batch_id"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_hand_ng", sa.BigInteger(), nullable=False),
        sa.Column("reserved_ng", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        reference("stock_movements", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_movements"),
    )
    op.create_index("ix_stock_movements_batch_id", "stock_movements", ["batch_id"])
    op.create_index("ix_stock_movements_lot_id_id", "stock_movements", ["lot_id", "id"])


def create_words_and_papers() -> None:
    op.create_table(
        "words",
        sa.Column("site", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("word", CODE, nullable=False),
        sa.Column("subject_id", NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("site", "kind", "word", "subject_id", name="pk_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_words_kind_subject_id_word", "words", ["kind", "subject_id", "word"])
    op.create_table(
        "issued_papers",
        sa.Column("site", CODE, nullable=False),
        sa.Column("document_sha256", CODE, nullable=False),
        sa.Column("paper", CODE, nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site", "document_sha256", "paper", name="pk_issued_papers"),
    )
