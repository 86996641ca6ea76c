"""Care for patients: protocols, patients, prescriptions, capsules on the shelf, and bottles dispensed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_care"
down_revision: str | None = "2026_11_22_quality"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    keep_protocols_and_patients()
    keep_prescriptions()
    keep_bottles()


def keep_protocols_and_patients() -> None:
    """Versions of protocols; and the one table that names patients."""
    op.create_table(
        "protocol_versions",
        sa.Column("site", CODE, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        reference("protocol_versions", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("site", "code", "version", name="pk_protocol_versions"),
    )
    op.create_table(
        "patients",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("identifier", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("medicines", sa.Text(), nullable=False),
        sa.Column("allergies", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        reference("patients", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
        sa.UniqueConstraint("identifier", name="uq_patients_identifier"),
    )
    op.create_index("ix_patients_site_id", "patients", ["site", "id"])


def keep_prescriptions() -> None:
    """Prescriptions, and the capsules of each strength that they ask for."""
    op.create_table(
        "prescriptions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("number", CODE, nullable=False),
        reference("prescriptions", "patient_id", "patients.id"),
        sa.Column("formulation_code", CODE, nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        reference("prescriptions", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_prescriptions"),
        sa.UniqueConstraint("site", "number", name="uq_prescriptions_site_number"),
    )
    op.create_index("ix_prescriptions_patient_id", "prescriptions", ["patient_id"])
    op.create_index("ix_prescriptions_site_status_id", "prescriptions", ["site", "status", "id"])
    op.create_table(
        "prescribed_capsules",
        reference("prescribed_capsules", "prescription_id", "prescriptions.id"),
        sa.Column("strength_ng", sa.BigInteger(), nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.Column("dispensed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prescription_id", "strength_ng", name="pk_prescribed_capsules"),
        sa.CheckConstraint(
            "capsules > 0 AND dispensed >= 0 AND dispensed <= capsules",
            name="ck_prescribed_capsules_dispensed_is_prescribed",
        ),
        sqlite_with_rowid=False,
    )


def keep_bottles() -> None:
    """Capsules of released batches, the bottles they went into, and each movement."""
    op.create_table(
        "capsule_stock",
        reference("capsule_stock", "batch_id", "batches.id"),
        sa.Column("site", CODE, nullable=False),
        sa.Column("formulation_code", CODE, nullable=False),
        sa.Column("strength_ng", sa.BigInteger(), nullable=False),
        sa.Column("beyond_use_date", sa.Date(), nullable=False),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_capsule_stock"),
        sa.CheckConstraint("capsules >= 0", name="ck_capsule_stock_none_below_nothing"),
    )
    op.create_index(
        "ix_capsule_stock_earliest",
        "capsule_stock",
        ["site", "formulation_code", "strength_ng", "beyond_use_date", "batch_id"],
        sqlite_where=sa.text("capsules > 0"),
        postgresql_where=sa.text("capsules > 0"),
    )
    op.create_table(
        "bottles",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("number", CODE, nullable=False),
        reference("bottles", "prescription_id", "prescriptions.id"),
        sa.Column("strength_ng", sa.BigInteger(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.Column("dispensed_on", sa.Date(), nullable=False),
        sa.Column("beyond_use_date", sa.Date(), nullable=False),
        reference("bottles", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_bottles"),
        sa.UniqueConstraint("number", name="uq_bottles_number"),
        sa.CheckConstraint("capsules > 0", name="ck_bottles_holds_something"),
    )
    op.create_index("ix_bottles_prescription_id", "bottles", ["prescription_id"])
    op.create_index("ix_bottles_site_id", "bottles", ["site", "id"])
    op.create_table(
        "capsule_movements",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        reference("capsule_movements", "batch_id", "batches.id"),
        reference("capsule_movements", "bottle_id", "bottles.id", is_optional=True),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        reference("capsule_movements", "journal_number", "journal.number"),
        sa.PrimaryKeyConstraint("id", name="pk_capsule_movements"),
    )
    op.create_index("ix_capsule_movements_batch_id_bottle_id", "capsule_movements", ["batch_id", "bottle_id"])
    op.create_index("ix_capsule_movements_bottle_id_batch_id", "capsule_movements", ["bottle_id", "batch_id"])


def reference(table: str, column: str, target: str, *, is_optional: bool = False) -> sa.Column[int]:
    """A column that points at another table."""
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, key, nullable=is_optional)
