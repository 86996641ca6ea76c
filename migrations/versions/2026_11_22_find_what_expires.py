"""Find what expires soon without what is empty: indexes of what is on the shelf, and of what may still come there."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_million"
down_revision: str | None = "2026_11_22_ways_in"
branch_labels: str | None = None
depends_on: str | None = None

ON_SHELF = sa.text("capsules > 0")
TO_COME = sa.text("status IN ('planned', 'in-making', 'verified', 'quarantined')")


def upgrade() -> None:
    op.create_index(
        "ix_capsule_stock_expiring",
        "capsule_stock",
        ["site", "beyond_use_date", "batch_id"],
        sqlite_where=ON_SHELF,
        postgresql_where=ON_SHELF,
    )
    op.create_index(
        "ix_batches_to_come",
        "batches",
        ["site", "beyond_use_date", "id"],
        sqlite_where=TO_COME,
        postgresql_where=TO_COME,
    )
