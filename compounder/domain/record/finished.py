"""Finished capsules as a batch's entries tell of them: weighed, counted, assayed, decided on; the newest holds.

A verdict on weights is of one plan: what was weighed under another holds no more. An assay is of the label claim, which
every plan of a batch shares, so it holds under all of them. Each entry of weights or counts keeps the verdict on all
that was there then; none is lost. A decision is of findings as they were worded, figures included, so other figures ask
for another decision; and whoever entered the figures is not who decides on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Generic, TypeVar

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding
from compounder.domain.quality.content import FIRST_STAGE, SECOND_STAGE, ContentAssay, ContentUniformity
from compounder.domain.quality.laboratory import LaboratoryReport
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.verdict import Verdict
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation
from compounder.domain.record.decisions import SamePerson, is_named
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus

FINISHING: Final = frozenset({BatchStatus.PLANNED, BatchStatus.IN_MAKING, BatchStatus.VERIFIED})
"""Where a batch stands while its capsules are weighed and counted: released is done, held waits."""
ASSAYED: Final = frozenset(BatchStatus) - {BatchStatus.VOIDED}
"""Where a batch stands when a laboratory reports on it: that takes weeks, so it may be released or held by then."""
DECIDED: Final = FINISHING | {BatchStatus.RELEASED, BatchStatus.QUARANTINED}
"""Where a batch stands while a decision on its capsules changes what becomes of it."""

MADE_ANEW: Final = (EntryKind.WEIGHING_DISCARDED, EntryKind.PLAN_REVISED)
"""After these the capsules are others than those that were weighed, counted, assayed or decided on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapsulesWeighed:
    """What an entry of weights says. `reason` is why they were weighed again; empty the first time. `left_out_because`
    is why a rule that the formulation names was not checked. `balance` is what they were weighed on; empty in entries
    from before it was asked for."""

    weights: CapsuleWeights
    rules: tuple[RuleName, ...]
    verdict: Verdict
    reason: str
    plan_number: int
    left_out_because: str = field(default="", metadata=ABSENT_WHILE_EMPTY)
    balance: str = field(default="", metadata=ABSENT_WHILE_EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapsulesCounted:
    """What an entry of counts says. `reason` is why they were counted again; empty the first time."""

    count: Reconciliation
    verdict: Verdict
    reason: str
    plan_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapsulesDecided:
    """What an entry of a decision says: on which findings, and why the batch may go on."""

    findings: tuple[Finding, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapsulesAssayed:
    """What an entry of an assay says: whose report, what each capsule holds, and what it came to. `reason` is why
    other figures were entered than those before; empty the first time, and where only twenty more units came."""

    report: LaboratoryReport
    assay: ContentAssay
    uniformity: ContentUniformity
    findings: tuple[Finding, ...]
    reason: str

    @property
    def acceptance_value(self) -> str:
        """The last stage's, for people: `"4.3"`, never rounded across its limit."""
        stages = self.uniformity.values
        return self.uniformity.results[len(stages) - 1].figure_text

    def continues(self, before: "CapsulesAssayed") -> bool:
        """Whether this is the second stage of that: the same ten units, and twenty more."""
        contents = self.assay.contents
        return len(contents) == SECOND_STAGE and contents[:FIRST_STAGE] == before.assay.contents


Said = TypeVar("Said", CapsulesWeighed, CapsulesCounted, CapsulesDecided, CapsulesAssayed)
AnySaid = CapsulesWeighed | CapsulesCounted | CapsulesDecided | CapsulesAssayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Generic[Said]):
    """What was entered, in which entry of the journal, by whom, when."""

    number: int
    said: Said
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Everything that was entered of a batch's finished capsules, the oldest first; `plan_number` is the plan's that
    holds now. What was entered before entry `anew` is of powder that was discarded, or of a plan that was revised: it
    stays readable and holds no more."""

    plan_number: int = 1
    anew: int = 0
    every_weighed: tuple[Entered[CapsulesWeighed], ...] = ()
    every_counted: tuple[Entered[CapsulesCounted], ...] = ()
    decided: tuple[Entered[CapsulesDecided], ...] = ()
    every_assayed: tuple[Entered[CapsulesAssayed], ...] = ()

    def after(self, number: int, said: AnySaid, name: str, at: datetime) -> "Finished":
        """What the next entry makes of it."""
        match said:
            case CapsulesWeighed():
                weighed = Entered(number=number, said=said, name=name, at=at)
                return replace(self, every_weighed=(*self.every_weighed, weighed))
            case CapsulesCounted():
                counted = Entered(number=number, said=said, name=name, at=at)
                return replace(self, every_counted=(*self.every_counted, counted))
            case CapsulesDecided():
                decided = Entered(number=number, said=said, name=name, at=at)
                return replace(self, decided=(*self.decided, decided))
            case CapsulesAssayed():
                assayed = Entered(number=number, said=said, name=name, at=at)
                return replace(self, every_assayed=(*self.every_assayed, assayed))

    @property
    def weighed(self) -> Entered[CapsulesWeighed] | None:
        """The weights that hold."""
        newest = self.every_weighed[-1:]
        return next((each for each in newest if self._holds(each) and each.said.plan_number == self.plan_number), None)

    @property
    def counted(self) -> Entered[CapsulesCounted] | None:
        """The count that holds."""
        newest = self.every_counted[-1:]
        return next((each for each in newest if self._holds(each) and each.said.plan_number == self.plan_number), None)

    @property
    def verdict(self) -> Verdict | None:
        """The newest verdict: on the weights, and on the count where there is one."""
        verdicts = {each.number: each.said.verdict for each in (self.weighed, self.counted) if each}
        return verdicts[max(verdicts)] if verdicts else None

    @property
    def assayed(self) -> Entered[CapsulesAssayed] | None:
        """The assay that holds."""
        return next((each for each in self.every_assayed[-1:] if self._holds(each)), None)

    @property
    def to_decide(self) -> tuple[Finding, ...]:
        """What a person has to decide on: of weights and count, and of the assay."""
        verdict, assayed = self.verdict, self.assayed
        return (*(verdict.to_decide if verdict else ()), *(assayed.said.findings if assayed else ()))

    @property
    def waiting(self) -> tuple[Finding, ...]:
        """What nobody has decided on yet."""
        return tuple(each for each in self.to_decide if not self.decisions_on(each))

    @property
    def entered_by(self) -> tuple[str, ...]:
        """Who entered the figures that hold, each once."""
        return tuple(dict.fromkeys(each.name for each in (self.weighed, self.counted, self.assayed) if each))

    def decisions_on(self, finding: Finding) -> Sequence[Entered[CapsulesDecided]]:
        """Who decided on a finding as it is worded now."""
        return [each for each in self.decided if self._holds(each) and finding in each.said.findings]

    def _holds(self, entered: Entered[Said]) -> bool:
        return entered.number > self.anew


class CapsulesUndecided(CompoundingError):
    """Capsules that are not as they should be, and nobody has decided on them."""

    code = "capsules-undecided"
    title = "The finished capsules wait for a decision"
    lot_number: str
    finding: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} waits for a pharmacist's decision on its capsules. {self.finding}"


def require_capsules_decided(finished: Finished, lot_number: str) -> None:
    """Refuses with `CapsulesUndecided` capsules that a pharmacist has to decide on first."""
    if finished.waiting:
        raise CapsulesUndecided(lot_number=lot_number, finding=finished.waiting[0].message)


def require_somebody_else(finished: Finished, lot_number: str, name: str) -> None:
    """Refuses with `SamePerson` whoever entered the figures that are to be decided on."""
    if is_named(name, finished.entered_by):
        raise SamePerson(lot_number=lot_number, name=name, did="entered the capsules of")
