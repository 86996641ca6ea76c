"""Corrections of an ingredient lot: what was received wrongly typed is put right, and what stood there stays readable.

Not the substance, not the mass, not what was measured: those have entries of their own, or are another lot.
Source: 21 CFR 11.10(e): changes do not obscure what was recorded before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from compounder.domain.calendar import ExpiryDay
from compounder.domain.errors import CompoundingError
from compounder.domain.stock.lots import Certificate, IngredientLot
from compounder.domain.units import percent_text

OF_A_DOSE: Final = frozenset(
    {"assay", "assay_basis", "assay_expressed_as", "water", "loss_on_drying", "residual_solvent"}
)
"""What the potency is worked out from."""
OF_A_DATE: Final = frozenset({"expires_on"})


class MadeHere(CompoundingError):
    """A lot that a trituration became: what it is follows from the weights taken and from the drug's own lot."""

    code = "made-here"
    title = "Made here"
    lot_number: str

    def __str__(self) -> str:
        return f"Trituration {self.lot_number} is what its weights come to and is not corrected; reject it instead."


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAmendment:
    """What the delivery's papers really say of a lot. `certificate` is None where the lot has none."""

    maker: str
    grade: str
    lot_number: str
    expires_on: ExpiryDay
    certificate_number: str
    cas_number: str
    certificate: Certificate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One thing that was corrected, old and new as they are kept: days as year-month-day, shares in percent, empty
    where nothing stands."""

    field: str
    old: str
    new: str

    @property
    def changes_plans(self) -> bool:
        """Whether a dose or a date comes out differently with it."""
        return self.field in OF_A_DOSE | OF_A_DATE


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAmended:
    """What the entry of a correction says: what was changed and why, and the whole lot as it is from then on."""

    lot_id: str
    reason: str
    changes: tuple[FieldChange, ...]
    lot: IngredientLot


def require_bought(lot: IngredientLot) -> None:
    """Refuses with `MadeHere` a lot that a trituration became."""
    if lot.trituration:
        raise MadeHere(lot_number=lot.lot_number)


def amended(lot: IngredientLot, amendment: LotAmendment) -> IngredientLot:
    """The lot as it is corrected; refuses what receiving it so would refuse, and with `MadeHere` a trituration's."""
    require_bought(lot)
    return replace(
        lot,
        maker=amendment.maker,
        grade=amendment.grade,
        lot_number=amendment.lot_number,
        expires_on=amendment.expires_on,
        certificate_number=amendment.certificate_number,
        cas_number=amendment.cas_number,
        certificate=amendment.certificate,
    )


def changes_between(old: IngredientLot, new: IngredientLot) -> tuple[FieldChange, ...]:
    """What was corrected, field by field; none where both say the same."""
    before, after = _said(old), _said(new)
    return tuple(
        FieldChange(field=field, old=before.get(field, ""), new=said)
        for field, said in after.items()
        if said != before.get(field, "")
    )


def _said(lot: IngredientLot) -> Mapping[str, str]:
    """Everything that can be corrected, as it is kept."""
    return {
        "maker": lot.maker,
        "grade": lot.grade,
        "lot_number": lot.lot_number,
        "expires_on": lot.expires_on.isoformat(),
        "certificate_number": lot.certificate_number,
        "cas_number": lot.cas_number,
        **(_certified(lot.certificate) if lot.certificate else {}),
    }


def _certified(certificate: Certificate) -> Mapping[str, str]:
    return {
        "assay": _percent(certificate.assay),
        "assay_basis": certificate.assay_basis.value,
        "assay_expressed_as": certificate.expressed_as.name,
        "water": _percent(certificate.water),
        "loss_on_drying": _percent(certificate.loss_on_drying),
        "residual_solvent": _percent(certificate.residual_solvent or None),
    }


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{percent_text(share)} %"
