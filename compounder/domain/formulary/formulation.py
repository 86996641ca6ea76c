"""The master formulation record (MFR): the approved recipe of a preparation, in numbered versions never edited."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.batch.beyond_use import BeyondUsePolicy
from compounder.domain.batch.order import ExtraCapsules, FormulationLimits
from compounder.domain.bounds import FRACTION, OVERAGE, TOLERANCE, Between, Quantities, require_count, require_percent
from compounder.domain.errors import MissingKey, NotAccepted
from compounder.domain.formulary.errors import ApprovalNeedsReason, RulesDisagree, SterileForm
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.quality.results import PHARMACOPOEIAS, RuleName, units_for
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import Substance
from compounder.domain.units import MassPerCapsule, Percent, Ratio, format_dose

TWICE = Decimal(2)
CHAPTER_DAYS = 180
"""Longest beyond-use date by the table of USP <795> (to be verified); longer needs a reference and a reason."""
STERILE_STEMS = (
    "steril",
    "inject",
    "infus",
    "eye",
    "ophthalm",
    "irrigat",
    "implant",
    "inhal",
    "intraven",
    "parenteral",
)


class DosageForm(StrEnum):
    """What Compounder makes."""

    CAPSULE = "capsule"


def parse_dosage_form(text: str) -> DosageForm:
    """The dosage form named; a sterile form is refused by name with `SterileForm`, another with `NotAccepted`."""
    name = text.strip().lower()
    if any(stem in name for stem in STERILE_STEMS):
        raise SterileForm(read=text)
    if name not in set(DosageForm):
        raise NotAccepted(read=text, accepted="capsule", field_name="dosage_form")
    return DosageForm(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondUseRule:
    """The policy with what it rests on. A policy beyond 180 days needs a reference; its approval needs a reason."""

    policy: BeyondUsePolicy
    reference: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLimits:
    """What finished capsules must meet: how many are weighed net, the window around theory, spread, powder loss; and
    the pharmacopoeias' rules that they are held to beside these, none where nothing is said."""

    capsules_weighed: int
    net_weight_from: Percent
    net_weight_to: Percent
    relative_standard_deviation: Percent
    powder_loss: Percent
    description: str
    rules: tuple[RuleName, ...] = field(default=(), metadata=ABSENT_WHILE_EMPTY)

    def __post_init__(self) -> None:
        require_count(self.capsules_weighed, 1, 30, "capsules_weighed")
        self._require_rules()
        for name in ("net_weight_from", "relative_standard_deviation", "powder_loss"):
            require_percent(getattr(self, name), FRACTION, name)
        require_percent(self.net_weight_to, Between(self.net_weight_from, TWICE), "net_weight_to")

    def _require_rules(self) -> None:
        """Each is one of the pharmacopoeias', once, and some number of capsules satisfies them all."""
        for rule in self.rules:
            if rule not in PHARMACOPOEIAS or self.rules.count(rule) > 1:
                raise NotAccepted(read=rule, accepted=" or ".join(PHARMACOPOEIAS), field_name="rules")
        if not self.capsules_to_weigh:
            raise RulesDisagree(rules=", ".join(self.rules), least=self.capsules_weighed)

    @property
    def capsules_to_weigh(self) -> int:
        """How many capsules are weighed, so that every rule that is named can be worked out."""
        return units_for(self.rules, self.capsules_weighed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTexts:
    """What the container label says beside the batch's own figures."""

    preparation: str
    form: str
    storage: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthSet(Quantities):
    """A standard titration set that fills in the order form with one click."""

    name: str
    strengths: tuple[MassPerCapsule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulation(Quantities):
    """One version of a master formulation record.

    `capsule_sizes` names the first choice first; `reason` says why this version differs from the one before.
    """

    code: str
    version: int
    name: str
    dosage_form: DosageForm
    strength_basis: Substance
    strength_range: tuple[MassPerCapsule, ...]
    usual_strengths: tuple[MassPerCapsule, ...]
    strength_sets: tuple[StrengthSet, ...]
    filler: Substance
    filler_grade: str
    capsule_sizes: tuple[CapsuleSize, ...]
    minimum_filler_fraction: Ratio
    extra_capsules: ExtraCapsules
    active_overage: Percent
    weighing_tolerance: Percent
    beyond_use: BeyondUseRule
    storage: str
    container: str
    steps: tuple[Instruction, ...]
    quality: QualityLimits
    label: LabelTexts
    references: tuple[str, ...]
    reason: str

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        require_count(self.version, 1, 9_999, "version")
        require_percent(self.active_overage, OVERAGE, "active_overage")
        require_percent(self.weighing_tolerance, TOLERANCE, "weighing_tolerance")
        for name in ("code", "name", "storage", "container", "steps", "capsule_sizes", "strength_range", "reason"):
            if not getattr(self, name):
                raise MissingKey(missing=name)
        self.limits  # noqa: B018 - its own constructor checks the range and the fraction
        self._require_strengths_in_range("usual_strengths", self.usual_strengths)
        for one in self.strength_sets:
            self._require_strengths_in_range("strength_sets", one.strengths)

    def _require_strengths_in_range(self, field_name: str, strengths: tuple[MassPerCapsule, ...]) -> None:
        least, most = self.strength_range
        for strength in strengths:
            if not least <= strength <= most:
                accepted = f"a strength from {format_dose(least)} to {format_dose(most)}, as this formulation allows,"
                raise NotAccepted(read=format_dose(strength), accepted=accepted, field_name=field_name)

    @property
    def limits(self) -> FormulationLimits:
        """What an order under this version is held to."""
        return FormulationLimits(
            strength_range=self.strength_range,
            usual_strengths=self.usual_strengths,
            capsule_sizes=self.capsule_sizes,
            minimum_filler_fraction=self.minimum_filler_fraction,
        )

    @property
    def is_beyond_chapter(self) -> bool:
        """Whether the policy is longer than the chapter's table allows without a study."""
        return self.beyond_use.policy.most_days > CHAPTER_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved a version, when, and the stated reason."""

    name: str
    at: datetime
    reason: str


def require_approvable(formulation: Formulation, name: str, reason: str) -> None:
    """Refuses an approval without a name, or of a policy beyond 180 days without its reference and a stated reason."""
    if not name.strip():
        raise MissingKey(missing="name")
    if formulation.is_beyond_chapter and not (formulation.beyond_use.reference.strip() and reason.strip()):
        raise ApprovalNeedsReason(days=formulation.beyond_use.policy.length)
