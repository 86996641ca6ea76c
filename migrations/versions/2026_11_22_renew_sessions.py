"""Renew sessions: which ones another took the place of, when somebody in them proved once more who it is, and by which
form."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_renewed"
down_revision: str | None = "2026_11_22_site_data"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("replaced_for", sa.Text(), nullable=True))
