"""Keep what finished capsules weigh, batch by batch, for their trend; what was weighed before today included."""

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from statistics import mean, variance
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_quality"
down_revision: str | None = "2026_11_22_offered"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
IN_MG = {"mcg": Decimal("0.001"), "mg": Decimal(1), "g": Decimal(1000), "kg": Decimal(1_000_000)}
WEIGHED = sa.text(
    "SELECT j.number, j.site, j.at, j.document, b.id AS batch_id, b.formulation_code, r.document AS record "
    "FROM journal j JOIN batches b ON b.site = j.site AND b.lot_number = j.subject "
    "JOIN batch_records r ON r.batch_id = b.id WHERE j.kind = 'capsules-weighed' ORDER BY j.number"
).columns(at=INSTANT)
PLAN = sa.text("SELECT document FROM plans WHERE batch_id = :batch_id AND number = :number")


def upgrade() -> None:
    table = op.create_table(
        "batch_quality",
        sa.Column(
            "journal_number",
            NUMBER,
            sa.ForeignKey("journal.number", name="fk_batch_quality_journal_number"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("site", CODE, nullable=False),
        sa.Column("batch_id", NUMBER, sa.ForeignKey("batches.id", name="fk_batch_quality_batch_id"), nullable=False),
        sa.Column("plan_number", sa.BigInteger(), nullable=False),
        sa.Column("formulation_code", CODE, nullable=False),
        sa.Column(
            "filler_lot_id",
            NUMBER,
            sa.ForeignKey("ingredient_lots.id", name="fk_batch_quality_filler_lot_id"),
            nullable=False,
        ),
        sa.Column("capsules", sa.BigInteger(), nullable=False),
        sa.Column("mean_net", sa.Text(), nullable=False),
        sa.Column("relative_standard_deviation", sa.Text(), nullable=False),
        sa.Column("theory", sa.Text(), nullable=False),
        sa.Column("weighed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("journal_number", name="pk_batch_quality"),
    )
    for name, columns in (
        ("ix_batch_quality_formulation", ["site", "formulation_code", "batch_id", "journal_number"]),
        ("ix_batch_quality_filler_lot", ["filler_lot_id", "batch_id", "journal_number"]),
        ("ix_batch_quality_batch", ["batch_id", "journal_number"]),
    ):
        op.create_index(name, "batch_quality", columns)
    rows = list(weighed_before())
    if rows:
        op.bulk_insert(table, rows)


def weighed_before() -> Iterator[dict[str, Any]]:
    """A row for each entry of weights that stands in the journal already."""
    for entry in op.get_bind().execute(WEIGHED).all():
        said, record = json.loads(entry.document), json.loads(entry.record)
        asked = {"batch_id": entry.batch_id, "number": said["plan_number"]}
        plan = json.loads(op.get_bind().execute(PLAN, asked).scalar_one())
        yield {
            "journal_number": entry.number,
            "site": entry.site,
            "batch_id": entry.batch_id,
            "plan_number": said["plan_number"],
            "formulation_code": entry.formulation_code,
            "filler_lot_id": int(record["order"]["filler"]["lot"]["lot_id"]),
            "theory": plan["fill_per_capsule"],
            "weighed_at": entry.at,
            **figures(said["weights"]),
        }


def figures(weights: dict[str, Any]) -> dict[str, Any]:
    """Count, mean and relative standard deviation (n − 1) of the net weights."""
    filled = [milligrams(weight) for weight in weights["filled"]]
    shells = [milligrams(weight) for weight in weights["empty_shells"] or [weights["mean_empty_shell"]] * len(filled)]
    nets = [Fraction(whole - shell) for whole, shell in zip(filled, shells, strict=True)]
    average = decimal_of(mean(nets))
    return {
        "capsules": len(nets),
        "mean_net": f"{fifteen_digits(average)} mg",
        "relative_standard_deviation": fifteen_digits(decimal_of(variance(nets)).sqrt() / average),
    }


def milligrams(text: str) -> Decimal:
    """A mass such as `0.1682 g`, in mg."""
    figure, unit = text.split(" ")
    return Decimal(figure) * IN_MG[unit]


def decimal_of(exact: Fraction) -> Decimal:
    """A fraction as a decimal of as many digits as the arithmetic has."""
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def fifteen_digits(number: Decimal) -> str:
    """A figure as documents keep it: no exponent, no trailing zeros."""
    text = f"{FIFTEEN_DIGITS.plus(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
