"""People and their tokens as rows of lists, in finished strings."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.people.sign_in import LOCKED_AT
from compounder.services.invitations import WaitingLink
from compounder.services.people import PersonLine
from compounder.services.signing_in import Session
from compounder.services.tokens import IssuedToken
from compounder.web.tables import Cell, Row
from compounder.web.workspace import current_site_settings

PEOPLE_COLUMNS = (
    ("Name", "strong"),
    ("Signs in as", "text"),
    ("Role", "text"),
    ("Second factor", "quiet"),
    ("Wrong passwords", "number"),
    ("Standing", "status"),
)
LINK_COLUMNS = (("Name", "strong"), ("Will sign in as", "text"), ("Role", "text"), ("Link ends", "date"))
SESSION_COLUMNS = (("Session", "strong"), ("Last used", "date"))
TOKEN_COLUMNS = (("For", "strong"), ("Acts as", "text"), ("Issued", "date"), ("Standing", "status"))


def person_row(line: PersonLine) -> Row:
    """One person, in the order of `PEOPLE_COLUMNS`."""
    stored, in_a_row = line.stored, line.failures.count if line.failures else 0
    person = stored.person
    return (
        Cell(text=person.name, href=url_for("people.show", sign_in_name=person.sign_in_name)),
        person.sign_in_name,
        person.role.value,
        "yes" if stored.has_second_factor else "no",
        f"{in_a_row:,}" if in_a_row else "none",
        standing_of(line),
    )


def standing_of(line: PersonLine) -> Cell:
    """Whether somebody may sign in."""
    if line.stored.is_disabled:
        return Cell(text="disabled", tone="held")
    if line.failures and line.failures.count >= LOCKED_AT:
        return Cell(text="locked", tone="held")
    return Cell(text="active", tone="open")


def link_row(link: WaitingLink) -> Row:
    """A link that nobody has used, in the order of `LINK_COLUMNS`."""
    name = link.name or "the first owner"
    return name, link.sign_in_name or "chosen then", link.role.value, _moment(link.expires_at)


def session_row(session: Session) -> Row:
    """When it began and was last used, in the order of `SESSION_COLUMNS`."""
    return f"since {_moment(session.started_at)}", _moment(session.seen_at)


def _moment(at: datetime) -> str:
    here = at.astimezone(current_site_settings().zone)
    return f"{format_day(here.date())} {here:%H:%M}"


def token_rows(tokens: Sequence[IssuedToken]) -> list[tuple[Row, str]]:
    """Each token in the order of `TOKEN_COLUMNS`, with its id where it can be revoked."""
    return [(_token_row(token), "" if token.is_revoked else token.token_id) for token in tokens]


def _token_row(token: IssuedToken) -> Row:
    issued = token.issued_at.astimezone(current_site_settings().zone)
    standing = Cell(text="revoked", tone="held") if token.is_revoked else Cell(text="good", tone="open")
    return token.label, token.role.value, format_day(issued.date()), standing
