"""Forms about formulations: a new version, read concept by concept, and an approval."""

from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, TextArea

from compounder.domain.batch.beyond_use import BeyondUseDays, BeyondUseMonths, BeyondUsePolicy
from compounder.domain.batch.order import ExtraByCount, ExtraByPercent, ExtraCapsules
from compounder.domain.errors import NotAccepted
from compounder.domain.formulary.formulation import (
    BeyondUseRule,
    Formulation,
    LabelTexts,
    QualityLimits,
    StrengthSet,
    parse_dosage_form,
)
from compounder.domain.formulary.instruction import read_instruction
from compounder.domain.quality.results import PHARMACOPOEIAS, RuleName
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import SUBSTANCES
from compounder.domain.units import (
    MASS_PER_CAPSULE,
    MassPerCapsule,
    parse_count_text,
    parse_percent,
    percent_text,
    quantity_text,
)
from compounder.web.fields import ChoiceField, ReadField, words
from compounder.web.finishing_forms import RULES
from compounder.web.readers import each_line, one_line, read_per_capsule
from compounder.web.signing_form import SigningForm

BASES = [(each.name, each.name) for each in SUBSTANCES.values() if each.is_active]
FILLERS = [(each.name, each.name) for each in SUBSTANCES.values() if not each.is_active]
NAMED_RULES = [SelectChoice(rule.value, said) for rule, said in RULES.items()]
LINES = {"widget": TextArea()}
QUALITY = (
    "capsules_weighed",
    "net_weight_from",
    "net_weight_to",
    "relative_standard_deviation",
    "powder_loss",
    "description",
    "rules",
)


def read_strengths(text: str) -> tuple[MassPerCapsule, ...]:
    """Strengths with semicolons between: `1.5 mg; 3 mg; 4.5 mg`."""
    return tuple(read_per_capsule(each.strip()) for each in words(text).split(";"))


def read_range(text: str) -> tuple[MassPerCapsule, ...]:
    """The least and the greatest strength: `0.1 mg to 6 mg`."""
    least, to, greatest = words(text).partition(" to ")
    if not to:
        raise NotAccepted(read=text, accepted="the least and the greatest strength, such as 0.1 mg to 6 mg,")
    return read_per_capsule(least.strip()), read_per_capsule(greatest.strip())


def read_sizes(text: str) -> tuple[CapsuleSize, ...]:
    """Capsule sizes with spaces between, the first choice first: `3 4 2 1`."""
    sizes = words(text).split()
    if not set(sizes) <= set(CapsuleSize) or len(set(sizes)) < len(sizes):
        raise NotAccepted(read=text, accepted="each of 000 00 0 1 2 3 4 5 at most once, with spaces between,")
    return tuple(CapsuleSize(size) for size in sizes)


def read_set(text: str) -> StrengthSet:
    """A standard set on a line: `Standard: 1.5 mg; 3 mg; 4.5 mg`."""
    name, colon, strengths = text.rpartition(":")
    if not colon or not name.strip():
        raise NotAccepted(read=text, accepted="a line such as Standard: 1.5 mg; 3 mg")
    return StrengthSet(name=one_line(name.strip()), strengths=read_strengths(strengths))


def read_extra(text: str) -> ExtraCapsules:
    """Extra capsules: `3 %`, or a number of capsules such as `2`."""
    if text.endswith(" %"):
        return ExtraByPercent(parse_percent(text.removesuffix(" %")))
    return ExtraByCount(parse_count_text(text))


def read_policy(text: str) -> BeyondUsePolicy:
    """How long: `365 days` or `6 months`."""
    number, _, unit = text.partition(" ")
    if unit in ("days", "day"):
        return BeyondUseDays(days=parse_count_text(number))
    if unit in ("months", "month"):
        return BeyondUseMonths(months=parse_count_text(number))
    raise NotAccepted(read=text, accepted="a length such as 365 days or 6 months")


class RulesField(SelectMultipleField):
    """The pharmacopoeias' rules that finished capsules are held to beside the formulation's own limits."""

    option_widget = CheckboxInput()
    widget = ListWidget()

    @property
    def value(self) -> tuple[RuleName, ...]:
        """Those that are ticked, as people list them."""
        return tuple(rule for rule in PHARMACOPOEIAS if rule in (self.data or ()))


class RevisionForm(FlaskForm):
    """Every field of a formulation. What is sent becomes the version after `base`, which stays as it was."""

    preparation_name = ReadField("Name", one_line)
    dosage_form = ReadField("Dosage form", parse_dosage_form)
    strength_basis = ChoiceField("Strength stated as", BASES)
    strength_range = ReadField("Strengths allowed", read_range, description="Least to greatest: 0.1 mg to 6 mg")
    usual_strengths = ReadField("Usual strengths", read_strengths, description="With semicolons between", **LINES)
    strength_sets = ReadField(
        "Standard sets",
        each_line(read_set),
        is_optional=True,
        description="One a line, such as Standard: 1.5 mg; 3 mg; 4.5 mg",
        **LINES,
    )
    filler = ChoiceField("Filler", FILLERS)
    filler_grade = ReadField("Filler grade", one_line, is_optional=True)
    capsule_sizes = ReadField("Capsule sizes", read_sizes, description="First choice first, such as 3 4 2 1")
    minimum_filler_fraction = ReadField("Least filler, %", parse_percent, description="Of the capsule's room")
    extra_capsules = ReadField("Extra capsules", read_extra, description="3 %, or a number of capsules")
    active_overage = ReadField("Active overage, %", parse_percent)
    weighing_tolerance = ReadField("Weighing tolerance, %", parse_percent)
    beyond_use = ReadField("Beyond-use policy", read_policy, description="365 days, or 6 months")
    study_days = ReadField("Last day with data", parse_count_text, description="Of the study, as a day number")
    beyond_use_reference = ReadField("Reference of the study", words, is_optional=True, **LINES)
    beyond_use_basis = ReadField("What it shows", words, is_optional=True, **LINES)
    steps = ReadField(
        "Steps of the method",
        each_line(read_instruction),
        description="One a line. A mixing time, which the bench then counts down, stands at its end: Mix. (10 min)",
        **LINES,
    )
    storage = ReadField("Storage", one_line)
    container = ReadField("Container", one_line)
    capsules_weighed = ReadField("Capsules weighed", parse_count_text)
    net_weight_from = ReadField("Net weight from, %", parse_percent)
    net_weight_to = ReadField("Net weight to, %", parse_percent)
    relative_standard_deviation = ReadField("RSD at most, %", parse_percent)
    powder_loss = ReadField("Powder loss at most, %", parse_percent)
    description = ReadField("Description", one_line)
    rules = RulesField("Rules of pharmacopoeias", choices=NAMED_RULES)
    label_preparation = ReadField("Preparation", one_line)
    label_form = ReadField("Form", one_line)
    label_storage = ReadField("Storage on the label", one_line, is_optional=True)
    label_statement = ReadField("Statement", one_line)
    references = ReadField("References", each_line(words), is_optional=True, description="One a line", **LINES)
    reason = ReadField("Reason for this version", words, **LINES)
    base = ReadField("Version revised", parse_count_text, widget=HiddenInput())

    def start(self, formulation: Formulation) -> None:
        """The form as the version before says it."""
        self.base.data = str(formulation.version)
        for name, text in written(formulation).items():
            self[name].data = text
        self.rules.data = [rule.value for rule in formulation.quality.rules]

    def revised(self, before: Formulation) -> Formulation:  # long: a line for each field
        """The version after `base` that the valid form describes; refuses what its constructor refuses."""
        value = {name: getattr(field, "value", field.data) for name, field in self._fields.items()}
        return Formulation(
            code=before.code,
            version=value["base"] + 1,
            name=value["preparation_name"],
            dosage_form=value["dosage_form"],
            strength_basis=SUBSTANCES[value["strength_basis"]],
            strength_range=value["strength_range"],
            usual_strengths=value["usual_strengths"],
            strength_sets=value["strength_sets"] or (),
            filler=SUBSTANCES[value["filler"]],
            filler_grade=value["filler_grade"] or "",
            capsule_sizes=value["capsule_sizes"],
            minimum_filler_fraction=value["minimum_filler_fraction"],
            extra_capsules=value["extra_capsules"],
            active_overage=value["active_overage"],
            weighing_tolerance=value["weighing_tolerance"],
            beyond_use=_beyond_use(value, before),
            storage=value["storage"],
            container=value["container"],
            steps=value["steps"],
            quality=QualityLimits(**{name: value[name] for name in QUALITY}),
            label=_label(value),
            references=value["references"] or (),
            reason=value["reason"],
        )


def _beyond_use(value: dict[str, Any], before: Formulation) -> BeyondUseRule:
    counting = {
        "day_of_compounding": before.beyond_use.policy.day_of_compounding,
        "study_days": value["study_days"],
    }
    return BeyondUseRule(
        policy=replace(value["beyond_use"], **counting),
        reference=value["beyond_use_reference"] or "",
        basis=value["beyond_use_basis"] or "",
    )


def _label(value: dict[str, Any]) -> LabelTexts:
    return LabelTexts(
        preparation=value["label_preparation"],
        form=value["label_form"],
        storage=value["label_storage"] or "",
        statement=value["label_statement"],
    )


def written(formulation: Formulation) -> dict[str, str]:  # long: a line for each field
    """Every field of a version as the form writes it, by the form's names; also what two versions are compared by."""
    rule, quality, label = formulation.beyond_use, formulation.quality, formulation.label
    return {
        "preparation_name": formulation.name,
        "dosage_form": formulation.dosage_form.value,
        "strength_basis": formulation.strength_basis.name,
        "strength_range": " to ".join(_strengths(formulation.strength_range)),
        "usual_strengths": "; ".join(_strengths(formulation.usual_strengths)),
        "strength_sets": "\n".join(map(_set, formulation.strength_sets)),
        "filler": formulation.filler.name,
        "filler_grade": formulation.filler_grade,
        "capsule_sizes": " ".join(formulation.capsule_sizes),
        "minimum_filler_fraction": percent_text(formulation.minimum_filler_fraction),
        "extra_capsules": _extra(formulation.extra_capsules),
        "active_overage": percent_text(formulation.active_overage),
        "weighing_tolerance": percent_text(formulation.weighing_tolerance),
        "beyond_use": _length(rule.policy),
        "study_days": str(rule.policy.study_days),
        "beyond_use_reference": rule.reference,
        "beyond_use_basis": rule.basis,
        "steps": "\n".join(map(str, formulation.steps)),
        "storage": formulation.storage,
        "container": formulation.container,
        "capsules_weighed": str(quality.capsules_weighed),
        "net_weight_from": percent_text(quality.net_weight_from),
        "net_weight_to": percent_text(quality.net_weight_to),
        "relative_standard_deviation": percent_text(quality.relative_standard_deviation),
        "powder_loss": percent_text(quality.powder_loss),
        "description": quality.description,
        "rules": "; ".join(RULES[rule] for rule in quality.rules),
        "label_preparation": label.preparation,
        "label_form": label.form,
        "label_storage": label.storage,
        "label_statement": label.statement,
        "references": "\n".join(formulation.references),
    }


def _strengths(strengths: tuple[MassPerCapsule, ...]) -> list[str]:
    return [quantity_text(strength, MASS_PER_CAPSULE) for strength in strengths]


def _set(standard: StrengthSet) -> str:
    return f"{standard.name}: {'; '.join(_strengths(standard.strengths))}"


def _extra(extra: ExtraCapsules) -> str:
    return f"{percent_text(extra.percent)} %" if isinstance(extra, ExtraByPercent) else str(extra.capsules_to_make(0))


def _length(policy: BeyondUsePolicy) -> str:
    return policy.length.replace(",", "")


class ApprovalForm(SigningForm):
    """Why a version is approved."""

    reason = ReadField("Reason", words, is_optional=True, **LINES)
