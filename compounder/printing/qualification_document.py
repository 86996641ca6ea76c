"""What the report of an installation check says, in finished strings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedHazard:
    """A hazard that a check stands against: "A1", what can go wrong, and the harm."""

    number: str
    goes_wrong: str
    harm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCheck:
    """One line: what is required, against what, how it was tried, what was found, and whether that is enough."""

    number: str
    requirement: str
    hazards: tuple[PrintedHazard, ...]
    test: str
    found: str
    result: str  # "Pass" or "FAIL"
    took: str  # "0.4 s"
    has_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPart:
    """Installation or operation, with its lines."""

    heading: str
    checks: tuple[PrintedCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationDocument:
    """The whole report. `facts` are a name and what it is here; `by_hand` what a person still does, with a pen."""

    pharmacy: str
    program: str  # "Compounder 0.1.0"
    machine: str
    run_at: str
    run_by: str
    outcome: str
    has_passed: bool
    failed: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    parts: tuple[PrintedPart, ...]
    by_hand: tuple[str, ...]
    left_out: str
