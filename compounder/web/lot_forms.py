"""Forms about ingredient lots: receiving one, measuring its pack statistic, its status, a count of it."""

import re
import secrets
from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, SelectField
from wtforms.widgets import TextArea

from compounder.domain.calendar import parse_day, parse_expiry
from compounder.domain.errors import NotANumber
from compounder.domain.stock.lots import (
    AssayBasis,
    Certificate,
    IngredientLot,
    LotStatus,
    PackMeasurement,
)
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import SUBSTANCES
from compounder.domain.units import (
    DENSITY,
    MASS,
    MASS_PER_CAPSULE,
    Density,
    Mass,
    MassPerCapsule,
    parse_mass,
    parse_number,
    parse_percent,
    parse_quantity,
    quantity_text,
)
from compounder.web.fields import ReadField, words

SUBSTANCE_CHOICES = [(name, name) for name in SUBSTANCES]
EXPRESSED_AS = [("", "the powder itself"), *((each.name, each.name) for each in SUBSTANCES.values() if each.is_active)]
SIZES = [(size.value, f"Size {size}") for size in CapsuleSize]
LONGEST_WEIGHTS = 600


def read_pack_statistic(text: str) -> MassPerCapsule:
    """A pack statistic such as `120 mg`, per capsule."""
    return parse_quantity(text, MASS_PER_CAPSULE)


def read_density(text: str) -> Density:
    """A density such as `0.30 g/mL`."""
    return parse_quantity(text, DENSITY)


def read_weights(text: str) -> tuple[Mass, ...]:
    """Weights in mg as they were written down, separated by spaces or lines: `167.2 168.9 168.1`."""
    if len(text) > LONGEST_WEIGHTS:
        raise NotANumber(read=text, accepted="five to twenty weights in mg, such as 167.2 168.9")
    return tuple(parse_mass(f"{parse_number(weight)} mg") for weight in re.split(r"[ \r\n\t]+", text) if weight)


class ReceiveForm(FlaskForm):
    """A lot as it arrives. The certificate's part is for the drug; a filler needs none of it."""

    substance = SelectField("Substance", choices=SUBSTANCE_CHOICES)
    grade = ReadField("Grade", words, is_optional=True, description="Such as PH-102")
    maker = ReadField("Maker", words)
    lot_number = ReadField("Maker's lot number", words)
    certificate_number = ReadField("Certificate number", words, is_optional=True)
    quantity = ReadField("Quantity received", parse_mass, description="With its unit, such as 50 g")
    received_on = ReadField("Received on", parse_day)
    expires_on = ReadField("Expires on", parse_expiry, description="A day, or a month such as 2028-06 for its last day")
    assay = ReadField("Assay, %", parse_percent, is_optional=True)
    assay_basis = SelectField("Assay stated", choices=[(basis.value, basis.value) for basis in AssayBasis])
    assay_expressed_as = SelectField("Assay expressed as", choices=EXPRESSED_AS)
    water = ReadField("Water, %", parse_percent, is_optional=True, description="Karl Fischer")
    loss_on_drying = ReadField("Loss on drying, %", parse_percent, is_optional=True)
    residual_solvent = ReadField("Residual solvent, %", parse_percent, is_optional=True)
    capsule_size = SelectField("Capsule size", choices=SIZES, default=CapsuleSize.THREE.value)
    pack_statistic = ReadField(
        "Pack statistic",
        read_pack_statistic,
        is_optional=True,
        description="Such as 120 mg; or measure it later",
    )
    density = ReadField("Density", read_density, is_optional=True, description="Such as 0.30 g/mL")
    tapped_density = ReadField("Tapped density", read_density, is_optional=True)
    name = ReadField("Your name", words)
    key = HiddenField()

    def start(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.received_on.data = today.isoformat()
        self.key.data = secrets.token_urlsafe(16)

    def lot(self) -> IngredientLot:
        """The lot that the valid form describes; refuses what its own constructor refuses."""
        substance = SUBSTANCES[self.substance.data]
        size = CapsuleSize(self.capsule_size.data)
        return IngredientLot(
            substance=substance,
            grade=self.grade.value or "",
            maker=self.maker.value,
            lot_number=self.lot_number.value,
            received_on=self.received_on.value,
            expires_on=self.expires_on.value,
            quantity=self.quantity.value,
            certificate_number=self.certificate_number.value or "",
            certificate=self._certificate() if substance.is_active and self.assay.value is not None else None,
            pack_statistics={} if self.pack_statistic.value is None else {size: self.pack_statistic.value},
            density=self.density.value,
            tapped_density=self.tapped_density.value,
        )

    def _certificate(self) -> Certificate:
        expressed_as = SUBSTANCES.get(self.assay_expressed_as.data)
        return Certificate(
            substance=SUBSTANCES[self.substance.data],
            assay=self.assay.value,
            assay_basis=AssayBasis(self.assay_basis.data),
            assay_expressed_as=expressed_as,
            water=self.water.value,
            loss_on_drying=self.loss_on_drying.value,
            **({} if self.residual_solvent.value is None else {"residual_solvent": self.residual_solvent.value}),
        )


class MeasureForm(FlaskForm):
    """Filled capsules of the pure powder, weighed; the shells' weight is taken off."""

    capsule_size = SelectField("Capsule size", choices=SIZES, default=CapsuleSize.THREE.value)
    filled_weights = ReadField(
        "Weights of filled capsules, mg",
        read_weights,
        widget=TextArea(),
        description="Five to twenty, separated by spaces or lines",
    )
    mean_empty_shell = ReadField("Mean empty shell", parse_mass, description="With its unit, such as 48 mg")
    measured_on = ReadField("Measured on", parse_day)
    name = ReadField("Your name", words)

    def start(self, today: date, shells: dict[CapsuleSize, Mass]) -> None:
        """Today, and the site's own figure for the shell of the size first offered."""
        self.measured_on.data = today.isoformat()
        self.mean_empty_shell.data = quantity_text(shells[CapsuleSize.THREE], MASS)

    def measurement(self) -> PackMeasurement:
        """The measurement that the valid form describes; refuses what its own constructor refuses."""
        return PackMeasurement(
            capsule_size=CapsuleSize(self.capsule_size.data),
            measured_on=self.measured_on.value,
            filled_weights=self.filled_weights.value,
            mean_empty_shell=self.mean_empty_shell.value,
        )


class StatusForm(FlaskForm):
    """Whether a lot may be used, and why."""

    status = SelectField("Status", choices=[(status.value, status.value) for status in LotStatus])
    reason = ReadField("Reason", words)
    name = ReadField("Your name", words)


class AdjustForm(FlaskForm):
    """What was counted in the jar, and why it differs."""

    counted = ReadField("Mass counted", parse_mass, description="With its unit, such as 48.2 g")
    reason = ReadField("Reason", words)
    name = ReadField("Your name", words)


class LotsForm(Form):
    """The filters of the list of lots."""

    words = ReadField("Words or lot number", words, is_optional=True)
    substance = SelectField("Substance", choices=[("", "any"), *SUBSTANCE_CHOICES])
    status = SelectField("Status", choices=[("", "any"), *((status.value, status.value) for status in LotStatus)])

    def settle(self) -> None:
        """A filter that was not sent asks nothing."""
        for field in (self.substance, self.status):
            field.data = field.data or ""


def said(form: LotsForm, shown: int, *, has_more: bool) -> str:
    """What the list shows, in a sentence."""
    parts: Sequence[str] = [part for part in (form.substance.data, form.status.data) if part]
    wanted = ", ".join([*parts, *([f"“{form.words.value}”"] if form.words.value else []), "earliest expiry first"])
    count = f"{shown} or more lots" if has_more else f"{shown} lot{'' if shown == 1 else 's'}"
    return f"{wanted[0].upper()}{wanted[1:]}: {count}"
