"""Findings: what a pharmacist must see in an answer that exists."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`stop`: no next step. `decide`: a named person's reason. `caution`: shown and printed. `note`: informs."""

    STOP = "stop"
    DECIDE = "decide"
    CAUTION = "caution"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: its severity, its stable code, and a sentence that says what, how much and what to do."""

    severity: Severity
    code: str
    message: str


def stop(code: str, message: str) -> Finding:
    """The next step is refused, with no override."""
    return Finding(severity=Severity.STOP, code=code, message=message)


def decide(code: str, message: str) -> Finding:
    """Goes on only with a named person's recorded reason."""
    return Finding(severity=Severity.DECIDE, code=code, message=message)


def caution(code: str, message: str) -> Finding:
    """Shown and printed."""
    return Finding(severity=Severity.CAUTION, code=code, message=message)


def note(code: str, message: str) -> Finding:
    """Informs."""
    return Finding(severity=Severity.NOTE, code=code, message=message)
