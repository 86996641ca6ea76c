"""Care for patients: protocols, patients, prescriptions, bottles dispensed, and capsules on the shelf; those of batches
that were released before today included."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_care"
down_revision: str | None = "2026_11_22_quality"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
RELEASED = sa.text(
    "SELECT id, site, lot_number FROM batches b WHERE EXISTS "
    "(SELECT 1 FROM journal j WHERE j.site = b.site AND j.subject = b.lot_number AND j.kind = 'batch-released')"
)
TELLING = sa.text(
    "SELECT number, kind, document FROM journal WHERE site = :site AND subject = :lot_number AND kind IN "
    "('batch-planned', 'plan-revised', 'batch-amended', 'capsules-counted', 'batch-released') ORDER BY number"
)
SHELVE = sa.text(
    "INSERT INTO capsule_stock (batch_id, site, formulation_code, strength_ng, beyond_use_date, capsules) "
    "SELECT id, site, formulation_code, strength_ng, beyond_use_date, :capsules FROM batches WHERE id = :batch_id"
)
MOVE = sa.text(
    "INSERT INTO capsule_movements (site, batch_id, kind, capsules, reason, journal_number) "
    "VALUES (:site, :batch_id, 'released', :capsules, '', :journal_number)"
)


def upgrade() -> None:
    keep_protocols_and_patients()
    keep_prescriptions()
    keep_bottles()
    shelve_what_was_released()


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


def shelve_what_was_released() -> None:
    """The good capsules of every batch released before today, with a movement for each release."""
    connection = op.get_bind()
    for batch in connection.execute(RELEASED).all():
        row, put, told = {"site": batch.site, "batch_id": batch.id}, 0, dict[str, int]()
        moved = []
        for entry in connection.execute(TELLING, {"site": batch.site, "lot_number": batch.lot_number}).all():
            if entry.kind == "batch-released":
                good = told.get("counted", told.get("amended", told["planned"]))
                moved.append({**row, "journal_number": entry.number, "capsules": good - put})
                put = good
            else:
                told = told_after(told, entry.kind, json.loads(entry.document))
        connection.execute(SHELVE, {"batch_id": batch.id, "capsules": put})
        connection.execute(MOVE, moved)


def told_after(told: dict[str, int], kind: str, document: Any) -> dict[str, int]:
    """What entries say of a batch's good capsules; a new plan is of other ones."""
    if kind in ("batch-planned", "plan-revised"):
        return {"planned": int(document["plan"]["capsules_to_make"])}
    if kind == "capsules-counted":
        return {**told, "counted": int(document["count"]["good"])}
    return {**told, "amended": int(document["new"])} if document["what"] == "capsules made" else told


def reference(table: str, column: str, target: str, *, is_optional: bool = False) -> sa.Column[int]:
    """A column that points at another table."""
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, key, nullable=is_optional)
