"""The form that receives an ingredient lot: powder by its certificate, or tablets by their label."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms.widgets import TextArea

from compounder.domain.calendar import format_day, parse_day, parse_expiry
from compounder.domain.errors import CompoundingError, NotANumber
from compounder.domain.stock.cas_numbers import NONE_PRINTED, read_cas_number
from compounder.domain.stock.lots import IngredientLot
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE, SUBSTANCES
from compounder.domain.stock.tablets import FEWEST_TABLETS, MOST_TABLETS, TabletFacts
from compounder.domain.units import MASS_PER_CAPSULE, Mass, parse_mass, parse_percent
from compounder.services.scanning import makers_lot
from compounder.web.certificate_fields import CertificateFields
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, complain, words
from compounder.web.lot_forms import BASES, SUBSTANCE_CHOICES, weights_of
from compounder.web.lot_words import tablet_grade
from compounder.web.readers import by_size, one_line, read_density, scanned

LONGEST_WEIGHTS = 2_000
POWDER, TABLETS = "powder", "tablets"
EXPRESSED_AS = [("", "the powder itself"), *((each.name, each.name) for each in SUBSTANCES.values() if each.is_active)]


def read_tablet_weights(text: str) -> tuple[Mass, ...]:
    """Twenty to a hundred weights of whole tablets, written like those of filled capsules."""
    if len(text) > LONGEST_WEIGHTS:
        raise NotANumber(read=text, accepted="twenty to a hundred weights in mg, such as 248.2 251.7")
    return weights_of(text, FEWEST_TABLETS, MOST_TABLETS)


class ReceiveForm(CertificateFields, FlaskForm):
    """A lot as it arrives. The certificate's part is for powder of the drug; tablets go by their label instead."""

    kind = ChoiceField("It comes as", [(POWDER, "powder"), (TABLETS, "tablets, to be crushed")], default=POWDER)
    substance = ChoiceField("Substance", SUBSTANCE_CHOICES)
    grade = ReadField("Grade", one_line, is_optional=True, description="Such as PH-102")
    maker = ReadField("Maker", one_line)
    lot_number = ReadField("Maker's lot number", scanned)
    certificate_number = ReadField("Certificate number", one_line, is_optional=True)
    quantity = ReadField(
        "Quantity received", parse_mass, description="With its unit, such as 50 g; all tablets together"
    )
    received_on = ReadField("Received on", parse_day)
    expires_on = ReadField("Expires on", parse_expiry, description="A day, or a month such as 2028-06 for its last day")
    tablet_strength = ReadField(
        "Strength of a tablet", parse_mass, is_optional=True, description="As the hydrochloride, such as 50 mg"
    )
    weights = ReadField(
        "Weights of whole tablets, mg",
        read_tablet_weights,
        is_optional=True,
        widget=TextArea(),
        description="Twenty or more, separated by spaces or lines",
    )
    cas_number = ReadField(
        "CAS number",
        read_cas_number,
        is_optional=True,
        description=f"As the certificate prints it, such as 7732-18-5; write {NONE_PRINTED} where it prints none",
    )
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
    key = OneTimeKey()

    def start(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.received_on.data = today.isoformat()
        self.key.give()

    def validate(self, extra_validators: Any = None) -> bool:
        """Read every field, then ask whether the certificate, or the tablets' label, goes with the substance."""
        super().validate(extra_validators)
        if not self.lot_number.errors and not self.received_on.errors:
            self._take_scan()
        if self.kind.data == TABLETS:
            self._check_tablets()
        elif not self.substance.errors:
            self.check_cas_number(SUBSTANCES[self.substance.data])
            self.check_certificate(SUBSTANCES[self.substance.data])
            self.leave_empty((self.tablet_strength, self.weights), "this lot comes as powder.")
        return not self.errors

    def _take_scan(self) -> None:
        """Of a scanned pack its lot number; the expiry in its code is the one that is typed."""
        try:
            scan = makers_lot(self.lot_number.value, today=self.received_on.value)
            self.lot_number.value = one_line(scan.lot_number)
        except CompoundingError as refusal:
            complain(self.lot_number, str(refusal))
            return
        if scan.expires_on and not self.expires_on.errors and scan.expires_on != self.expires_on.value:
            said, typed = format_day(scan.expires_on), format_day(self.expires_on.value)
            complain(self.expires_on, f"The pack's code says {said}, and {typed} was typed; look at the pack.")

    def _check_tablets(self) -> None:
        """Tablets are stated as the hydrochloride; their label stands, and no certificate is asked for."""
        if not self.substance.errors and self.substance.data != NALTREXONE_HYDROCHLORIDE.name:
            complain(self.substance, f"Tablets are stated as {NALTREXONE_HYDROCHLORIDE.name}; choose that.")
        missing = {
            self.tablet_strength: "The strength of a tablet is missing; every dose depends on it.",
            self.weights: "The weights are missing; weigh twenty tablets or more.",
        }
        for field, sentence in missing.items():
            if not field.errors and field.value is None:
                complain(field, sentence)
        self.leave_empty(self.certified, "tablets go by their label.")

    @property
    def is_of_tablets(self) -> bool:
        """Whether anything is said of tablets, or wrong about them."""
        return self.kind.data == TABLETS or bool(self.tablet_strength.data or self.weights.data)

    def lot(self) -> IngredientLot:
        """The lot that the valid form describes; refuses what its own constructor refuses."""
        substance = SUBSTANCES[self.substance.data]
        return IngredientLot(
            substance=substance,
            grade=self._grade(),
            maker=self.maker.value,
            lot_number=self.lot_number.value,
            received_on=self.received_on.value,
            expires_on=self.expires_on.value,
            quantity=self.quantity.value,
            certificate_number=self.certificate_number.value or "",
            cas_number=self.cas_number.value or "",
            certificate=self.certificate(substance) if substance.is_active and self.kind.data == POWDER else None,
            pack_statistics=self.pack_statistics.value or {},
            density=self.density.value,
            tapped_density=self.tapped_density.value,
            tablets=self._tablets(),
            note=self.note.value or "",
        )

    def _grade(self) -> str:
        grade = self.grade.value or ""
        return tablet_grade(self.tablet_strength.value, grade) if self.kind.data == TABLETS else grade

    def _tablets(self) -> TabletFacts | None:
        if self.kind.data != TABLETS:
            return None
        return TabletFacts(tablet_strength=self.tablet_strength.value, weights=self.weights.value)
