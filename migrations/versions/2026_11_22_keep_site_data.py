"""Keep what a site changes of the list of opioids and of the leaflet's words. Nothing of either was changed before."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_site_data"
down_revision: str | None = "2026_11_22_million"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opioid_versions",
        sa.Column("site", CODE, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("journal_number", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["journal_number"], ["journal.number"], name="fk_opioid_versions_journal_number"),
        sa.PrimaryKeyConstraint("site", "code", "version", name="pk_opioid_versions"),
    )
    op.create_table(
        "leaflet_versions",
        sa.Column("site", CODE, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("journal_number", NUMBER, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["journal_number"], ["journal.number"], name="fk_leaflet_versions_journal_number"),
        sa.PrimaryKeyConstraint("site", "version", name="pk_leaflet_versions"),
    )
