"""The tables of people: who may sign in, their sessions, links, wrong passwords, and tokens for programs.

What proves somebody is never kept as it is: of passwords the Argon2id hash, of tokens and links the SHA-256.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from compounder.database.base import Base, journal_number
from compounder.database.types import Code, Identity, Number


class PersonTable(Base):
    """People of a site; no name is ever given again."""

    __tablename__ = "people"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    sign_in_name: Mapped[Code]
    name: Mapped[str]
    role: Mapped[str]
    is_disabled: Mapped[bool]
    password_hash: Mapped[str]
    is_password_long: Mapped[bool]
    has_second_factor: Mapped[bool]
    second_factor_number: Mapped[int]
    last_code_step: Mapped[int]
    journal_number: Mapped[Number] = journal_number()
    __table_args__ = (UniqueConstraint("site", "sign_in_name"), UniqueConstraint("site", "name"))


class SessionTable(Base):
    """Who is signed in: a row is there until the session ends; one that another took the place of opens nothing."""

    __tablename__ = "sessions"
    token_sha256: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[Number] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    replaced_for: Mapped[str | None]


class FailureTable(Base):
    """Wrong passwords in a row, by the name that was typed, whether anybody has it or not."""

    __tablename__ = "sign_in_failures"
    site: Mapped[Code] = mapped_column(primary_key=True)
    sign_in_name: Mapped[Code] = mapped_column(primary_key=True)
    in_a_row: Mapped[int]
    last_at: Mapped[datetime]


class InvitationTable(Base):
    """One-time links by which a person sets a password; names are empty where the first owner is to choose them."""

    __tablename__ = "invitations"
    token_sha256: Mapped[Code] = mapped_column(primary_key=True)
    site: Mapped[Code]
    sign_in_name: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    expires_at: Mapped[datetime]
    __table_args__ = (Index(None, "site", "sign_in_name"),)


class ApiTokenTable(Base):
    """Bearer tokens: each belongs to a person and acts in one role."""

    __tablename__ = "api_tokens"
    id: Mapped[Number] = mapped_column(primary_key=True)
    site: Mapped[Code]
    person_id: Mapped[Number] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    token_sha256: Mapped[Code] = mapped_column(unique=True)
    label: Mapped[str]
    role: Mapped[str]
    is_revoked: Mapped[bool]
    issued_at: Mapped[datetime]
    journal_number: Mapped[Number] = journal_number()
