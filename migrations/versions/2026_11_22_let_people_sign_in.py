"""Let people sign in: who they are, their sessions, one-time links, wrong passwords, and tokens for programs."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_people"
down_revision: str | None = "2026_11_22_tree"
branch_labels: str | None = None
depends_on: str | None = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("sign_in_name", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_password_long", sa.Boolean(), nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("second_factor_number", sa.BigInteger(), nullable=False),
        sa.Column("last_code_step", sa.BigInteger(), nullable=False),
        by_entry("people"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("site", "sign_in_name", name="uq_people_site_sign_in_name"),
        sa.UniqueConstraint("site", "name", name="uq_people_site_name"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", CODE, nullable=False),
        of_person("sessions"),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    keep_links_and_failures()
    op.create_table(
        "api_tokens",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", CODE, nullable=False),
        of_person("api_tokens"),
        sa.Column("token_sha256", CODE, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        by_entry("api_tokens"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_sha256", name="uq_api_tokens_token_sha256"),
    )
    op.create_index("ix_api_tokens_person_id", "api_tokens", ["person_id"])


def keep_links_and_failures() -> None:
    """One-time links, and wrong passwords by the name that was typed."""
    op.create_table(
        "sign_in_failures",
        sa.Column("site", CODE, nullable=False),
        sa.Column("sign_in_name", CODE, nullable=False),
        sa.Column("in_a_row", sa.BigInteger(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "sign_in_name", name="pk_sign_in_failures"),
    )
    op.create_table(
        "invitations",
        sa.Column("token_sha256", CODE, nullable=False),
        sa.Column("site", CODE, nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_invitations"),
    )
    op.create_index("ix_invitations_site_sign_in_name", "invitations", ["site", "sign_in_name"])


def by_entry(table: str) -> sa.Column[int]:
    """The journal entry that made the row."""
    name = f"fk_{table}_journal_number"
    return sa.Column("journal_number", NUMBER, sa.ForeignKey("journal.number", name=name), nullable=False)


def of_person(table: str) -> sa.Column[int]:
    """Whose row it is."""
    return sa.Column("person_id", NUMBER, sa.ForeignKey("people.id", name=f"fk_{table}_person_id"), nullable=False)
