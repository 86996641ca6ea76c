"""Forms about ingredient lots: receiving one, measuring its pack statistic, its status, a count of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.widgets import TextArea

from compounder.database.search import LotFilter
from compounder.domain.calendar import parse_day, parse_expiry
from compounder.domain.errors import MissingKey, NotANumber, OutOfBounds
from compounder.domain.stock.lots import (
    AssayBasis,
    Certificate,
    IngredientLot,
    LotStatus,
    PackMeasurement,
)
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import SUBSTANCES, Substance
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    Mass,
    format_shown,
    parse_mass,
    parse_number,
    parse_percent,
)
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, complain, sought, words
from compounder.web.readers import by_size, largest_first, one_line, person, read_density

SUBSTANCE_CHOICES = [(name, name) for name in SUBSTANCES]
EXPRESSED_AS = [("", "the powder itself"), *((each.name, each.name) for each in SUBSTANCES.values() if each.is_active)]
SIZES = [(size.value, f"Size {size}") for size in CapsuleSize]
BASES = {
    AssayBasis.ANHYDROUS: "on the anhydrous basis",
    AssayBasis.DRIED: "on the dried basis",
    AssayBasis.AS_IS: "as is",
}
STATUSES = {LotStatus.IN_USE: "in use", LotStatus.QUARANTINED: "quarantined", LotStatus.USED_UP: "used up"}
EXPIRED = "expired"
LISTED = {"": "any", **{status.value: said for status, said in STATUSES.items()}, EXPIRED: EXPIRED}
LONGEST_WEIGHTS = 600
FEWEST_WEIGHTS, MOST_WEIGHTS = 5, 20


def read_weights(text: str) -> tuple[Mass, ...]:
    """Five to twenty weights in mg as they were written down, with spaces or lines between: `167.2 168.9 168.1`.

    The unit may stand behind each: `167.2 mg`.
    """
    if len(text) > LONGEST_WEIGHTS:
        raise NotANumber(read=text, accepted="five to twenty weights in mg, such as 167.2 168.9")
    figures = re.sub(r"(?<=[0-9]) mg(?=\s|$)", "", text)
    weights = tuple(parse_mass(f"{parse_number(weight)} mg") for weight in re.split(r"[ \r\n\t]+", figures) if weight)
    if not FEWEST_WEIGHTS <= len(weights) <= MOST_WEIGHTS:
        raise OutOfBounds(read=f"A list of {len(weights)}", least=f"{FEWEST_WEIGHTS}", most=f"{MOST_WEIGHTS} weights")
    return weights


class ReceiveForm(FlaskForm):
    """A lot as it arrives. The certificate's part is for the drug; a filler needs none of it."""

    substance = ChoiceField("Substance", SUBSTANCE_CHOICES)
    grade = ReadField("Grade", one_line, is_optional=True, description="Such as PH-102")
    maker = ReadField("Maker", one_line)
    lot_number = ReadField("Maker's lot number", one_line)
    certificate_number = ReadField("Certificate number", one_line, is_optional=True)
    quantity = ReadField("Quantity received", parse_mass, description="With its unit, such as 50 g")
    received_on = ReadField("Received on", parse_day)
    expires_on = ReadField("Expires on", parse_expiry, description="A day, or a month such as 2028-06 for its last day")
    assay = ReadField("Assay, %", parse_percent, is_optional=True)
    assay_basis = ChoiceField("Assay stated", [(basis.value, said) for basis, said in BASES.items()])
    assay_expressed_as = ChoiceField("Assay expressed as", EXPRESSED_AS)
    water = ReadField("Water, %", parse_percent, is_optional=True, description="Karl Fischer; for the anhydrous basis")
    loss_on_drying = ReadField("Loss on drying, %", parse_percent, is_optional=True, description="For the dried basis")
    residual_solvent = ReadField("Residual solvent, %", parse_percent, is_optional=True)
    pack_statistics = ReadField(
        "Pack statistics",
        by_size("3: 120 mg", MASS_PER_CAPSULE),
        is_optional=True,
        widget=TextArea(),
        description="One capsule size a line, such as 3: 120 mg; or weigh filled capsules later",
    )
    density = ReadField("Density", read_density, is_optional=True, description="Such as 0.30 g/mL")
    tapped_density = ReadField("Tapped density", read_density, is_optional=True)
    note = ReadField("Note", words, is_optional=True, widget=TextArea())
    name = ReadField("Your name", person)
    key = OneTimeKey()

    def start(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.received_on.data = today.isoformat()
        self.key.give()

    def validate(self, extra_validators: Any = None) -> bool:
        """Read every field, then ask whether the certificate goes with the substance."""
        super().validate(extra_validators)
        if not self.substance.errors:
            self._check_certificate(SUBSTANCES[self.substance.data])
        return not self.errors

    def _check_certificate(self, substance: Substance) -> None:
        needed = {
            self.assay: "every dose depends on it",
            self.water: "an assay on the anhydrous basis needs it",
            self.loss_on_drying: "an assay on the dried basis needs it",
        }
        by_basis = {AssayBasis.ANHYDROUS.value: self.water, AssayBasis.DRIED.value: self.loss_on_drying}
        wanted = {self.assay, by_basis.get(self.assay_basis.data, self.assay)} if substance.is_active else set()
        for field, why in needed.items():
            if field in wanted and not field.errors and field.value is None:
                complain(field, f"{field.label.text} is missing; {why}.")
        for field in (self.assay, self.water, self.loss_on_drying, self.residual_solvent):
            if not substance.is_active and field.value is not None:
                complain(field, f"Leave this empty: {substance.name} is a filler, no dose depends on it.")

    def lot(self) -> IngredientLot:
        """The lot that the valid form describes; refuses what its own constructor refuses."""
        substance = SUBSTANCES[self.substance.data]
        return IngredientLot(
            substance=substance,
            grade=self.grade.value or "",
            maker=self.maker.value,
            lot_number=self.lot_number.value,
            received_on=self.received_on.value,
            expires_on=self.expires_on.value,
            quantity=self.quantity.value,
            certificate_number=self.certificate_number.value or "",
            certificate=self._certificate(substance) if substance.is_active else None,
            pack_statistics=self.pack_statistics.value or {},
            density=self.density.value,
            tapped_density=self.tapped_density.value,
            note=self.note.value or "",
        )

    def _certificate(self, substance: Substance) -> Certificate:
        solvent = self.residual_solvent.value
        return Certificate(
            substance=substance,
            assay=self.assay.value,
            assay_basis=AssayBasis(self.assay_basis.data),
            assay_expressed_as=SUBSTANCES.get(self.assay_expressed_as.data),
            water=self.water.value,
            loss_on_drying=self.loss_on_drying.value,
            **({} if solvent is None else {"residual_solvent": solvent}),
        )


class MeasureForm(FlaskForm):
    """Filled capsules of the pure powder, weighed; the shells' weight is taken off."""

    capsule_size = ChoiceField("Capsule size", SIZES, default=CapsuleSize.THREE.value)
    filled_weights = ReadField(
        "Weights of filled capsules, mg",
        read_weights,
        widget=TextArea(),
        description="Five to twenty, separated by spaces or lines",
    )
    mean_empty_shell = ReadField("Mean empty shell", parse_mass, is_optional=True)
    measured_on = ReadField("Measured on", parse_day)
    name = ReadField("Your name", person)

    def start(self, today: date) -> None:
        """An empty form for today."""
        self.measured_on.data = today.isoformat()

    def offer(self, shells: Mapping[CapsuleSize, Mass]) -> None:
        """Name the site's own shells, which count where nothing else is written."""
        known = ", ".join(f"size {size}: {format_shown(shells[size], MASS)}" for size in largest_first(shells))
        self.mean_empty_shell.description = f"Empty: the site's own setting, to be verified: {known}"

    def measurement(self, shells: Mapping[CapsuleSize, Mass]) -> PackMeasurement:
        """The measurement that the valid form describes; refuses what its own constructor refuses."""
        size = CapsuleSize(self.capsule_size.data)
        shell = self.mean_empty_shell.value if self.mean_empty_shell.value is not None else shells.get(size)
        if shell is None:
            raise MissingKey(missing=f"mean empty shell of size {size}", field_name="mean_empty_shell")
        return PackMeasurement(
            capsule_size=size,
            measured_on=self.measured_on.value,
            filled_weights=self.filled_weights.value,
            mean_empty_shell=shell,
        )


class StatusForm(FlaskForm):
    """Whether a lot may be used, and why."""

    status = ChoiceField("From now on it is", [(status.value, said) for status, said in STATUSES.items()])
    reason = ReadField("Reason", words, widget=TextArea())
    name = ReadField("Your name", person)

    def offer(self, now: LotStatus) -> None:
        """Every status but the one the lot has."""
        self.status.offer([(status.value, said) for status, said in STATUSES.items() if status is not now])


class AdjustForm(FlaskForm):
    """What was counted in the jar, and why it differs."""

    counted = ReadField("Mass counted", parse_mass, description="With its unit, such as 48.2 g")
    reason = ReadField("Reason", words, widget=TextArea())
    name = ReadField("Your name", person)


class LotsForm(Form):
    """The filters of the list of lots."""

    words = ReadField("Words or lot number", sought, is_optional=True)
    substance = ChoiceField("Substance", [("", "any"), *SUBSTANCE_CHOICES])
    status = ChoiceField("Status", LISTED.items())

    def settle(self) -> None:
        """A filter that was not sent asks nothing."""
        for field in (self.substance, self.status):
            field.data = field.data or ""

    def filter(self, today: date) -> LotFilter:
        """What is asked: a lot has the status that the list shows, and that is expired once its expiry has passed."""
        status = None if self.status.data in ("", EXPIRED) else LotStatus(self.status.data)
        return LotFilter(
            words=self.words.value or "",
            substance=self.substance.data,
            status=status,
            usable_on=today if status else None,
            expired_on=today if self.status.data == EXPIRED else None,
        )


def said_of(form: LotsForm, shown: int, *, has_more: bool) -> str:
    """What the list shows, in a sentence."""
    status = LISTED[form.status.data] if form.status.data else ""
    quoted = f"“{form.words.value}”" if form.words.value else ""
    parts: Sequence[str] = [part for part in (form.substance.data, status, quoted, "earliest expiry first") if part]
    wanted = ", ".join(parts)
    count = f"the first {shown} lots" if has_more else f"{shown} lot{'' if shown == 1 else 's'}"
    return f"{wanted[0].upper()}{wanted[1:]}: {count}"
