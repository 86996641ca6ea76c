"""The first formulation: naltrexone hydrochloride capsules in microcrystalline cellulose (PH-102), version 1.

Beyond-use date: Cote, Ross, Fortner, Rao, IJPC 2018; 22(3): 252–256. Strengths and titration sets: published reviews
and trials to 6 mg (Bruun-Plesner 2020). Quality: net weight 90–110 % of theory (Texas, as USP), RSD ≤ 4 % (Brazil),
powder loss ≤ 3 % (DAC/NRF).
"""

from decimal import Decimal

from compounder.domain.batch.beyond_use import BeyondUseDays
from compounder.domain.batch.order import ExtraByPercent
from compounder.domain.formulary.formulation import (
    BeyondUseRule,
    DosageForm,
    Formulation,
    LabelTexts,
    QualityLimits,
    StrengthSet,
)
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import MICROCRYSTALLINE_CELLULOSE, NALTREXONE_HYDROCHLORIDE
from compounder.domain.units import MassPerCapsule, mg_per_capsule, of

_USUAL = ("0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5")
_STEPS = (
    "Check lots, dates, balance and area.",
    "Weigh each powder on the balance named. A second person checks.",
    "Line the mortar with filler. Add the drug with its own bulk of filler and mix.",
    "Keep doubling with filler until all of it is in, mixing evenly each time.",
    "Mix to an even look. A marker dye, when used, is at most 0.5 %.",
    "Fill, level, tamp evenly, close and dust the capsules.",
    "Weigh 10 capsules, count and reconcile.",
    "Pack and label.",
)


_STUDY = "Cote, Ross, Fortner, Rao, IJPC 2018; 22(3): 252–256"
_QUALITY = QualityLimits(
    capsules_weighed=10,
    net_weight_from=Decimal("0.9"),
    net_weight_to=Decimal("1.1"),
    relative_standard_deviation=Decimal("0.04"),
    powder_loss=Decimal("0.03"),
    description="White to off-white powder in clean, closed capsules",
)
_LABEL = LabelTexts(
    preparation="Naltrexone hydrochloride",
    form="capsules",
    storage="Keep tightly closed, away from light.",
    statement="Compounded preparation",
)


def first_formulation(day_of_compounding: int) -> Formulation:
    """Version 1 as a new site starts with it; it needs approval before use."""
    return Formulation(
        code="NTX-CAPS",
        version=1,
        name="Naltrexone hydrochloride capsules",
        dosage_form=DosageForm.CAPSULE,
        strength_basis=NALTREXONE_HYDROCHLORIDE,
        strength_range=_strengths("0.1", "6"),
        usual_strengths=_strengths(*_USUAL),
        strength_sets=(
            StrengthSet(name="1.5 · 3 · 4.5 mg", strengths=_strengths("1.5", "3", "4.5")),
            StrengthSet(name="0.5 mg steps", strengths=_strengths(*_USUAL)),
        ),
        filler=MICROCRYSTALLINE_CELLULOSE,
        filler_grade="PH-102",
        capsule_sizes=(CapsuleSize.THREE, CapsuleSize.FOUR, CapsuleSize.TWO, CapsuleSize.ONE),
        minimum_filler_fraction=Decimal("0.1"),
        extra_capsules=ExtraByPercent(Decimal("0.03")),
        active_overage=Decimal(0),
        weighing_tolerance=Decimal("0.01"),
        beyond_use=_beyond_use(day_of_compounding),
        storage="Controlled room temperature, away from light",
        container="Tight, light-resistant container",
        steps=tuple(Instruction(words=step) for step in _STEPS),
        quality=_QUALITY,
        label=_LABEL,
        references=(_STUDY, "Bruun-Plesner 2020: ED50 3.88 mg, ED95 5.40 mg", "USP <795>, <1160>"),
        reason="First version",
    )


def _beyond_use(day_of_compounding: int) -> BeyondUseRule:
    return BeyondUseRule(
        policy=BeyondUseDays(days=365, day_of_compounding=day_of_compounding),
        reference=_STUDY,
        basis="LDN capsules in Avicel, RP-HPLC, 360 days at room temperature away from light, 90–110 % of label; "
        "one year is the authors' proposal.",
    )


def _strengths(*numbers: str) -> tuple[MassPerCapsule, ...]:
    return tuple(of(Decimal(number), mg_per_capsule) for number in numbers)
