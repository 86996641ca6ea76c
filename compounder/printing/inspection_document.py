"""What a worksheet says of findings and of finished capsules: finished strings, like the rest of it (`documents`)."""

from dataclasses import dataclass

from compounder.printing.chart_drawing import ChartDrawing


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFinding:
    """A finding with its severity word; a decision carries who decided, when, and the recorded reason."""

    severity: str
    message: str
    decided_by: str = ""
    reason: str = ""
    also_decided: tuple[str, ...] = ()  # "B. Example: the prescriber confirmed it"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedResult:
    """What one rule comes to: "Net weight of each", "110.2 %", "90 % to 110 %", "fails"."""

    rule: str
    figure: str
    limit: str
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is inspected: the limits in words, a box for each capsule and result, filled in as far as it was entered."""

    instruction: str
    capsules: tuple[str, ...]  # "1" … "10", the small print of each box
    results: tuple[str, ...]  # "Mean empty shell, mg", "RSD, at most 4 %", "Good", "Rejected" …
    remark: str = ""  # what these results cannot claim
    taken: tuple[str, ...] = ()  # "120.2", one for each capsule; empty: written by hand
    found: tuple[str, ...] = ()  # one for each result, "" for one to write down; empty: all of them
    entered: tuple[str, ...] = ()  # "Weighed 22 Nov 2026 10:14 on B1 by T. Example"
    verdicts: tuple[PrintedResult, ...] = ()
    findings: tuple[PrintedFinding, ...] = ()
    chart: ChartDrawing | None = None
