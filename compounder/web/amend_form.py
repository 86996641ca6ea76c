"""The form that corrects what was received wrongly typed of a lot, filled with what stands there."""

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.widgets import TextArea

from compounder.domain.stock.amendments import LotAmendment
from compounder.domain.stock.lots import Certificate, IngredientLot
from compounder.domain.units import percent_text
from compounder.services.lot_corrections import shown_as
from compounder.web.certificate_fields import CertificateFields
from compounder.web.fields import OneTimeKey, ReadField, words
from compounder.web.receive_form import ReceiveForm

OF_CERTIFICATE = (
    "cas_number",
    "assay",
    "assay_basis",
    "assay_expressed_as",
    "water",
    "loss_on_drying",
    "residual_solvent",
)


class AmendForm(CertificateFields, FlaskForm):
    """The same fields as on receipt, as far as they may be corrected. A lot without a certificate has none of its; one
    that came in before its CAS number was asked for may go without."""

    maker = ReceiveForm.maker
    grade = ReceiveForm.grade
    lot_number = ReceiveForm.lot_number
    certificate_number = ReceiveForm.certificate_number
    expires_on = ReceiveForm.expires_on
    cas_number = ReceiveForm.cas_number
    assay = ReceiveForm.assay
    assay_basis = ReceiveForm.assay_basis
    assay_expressed_as = ReceiveForm.assay_expressed_as
    water = ReceiveForm.water
    loss_on_drying = ReceiveForm.loss_on_drying
    residual_solvent = ReceiveForm.residual_solvent
    reason = ReadField("Reason", words, widget=TextArea())
    shown = HiddenField()
    key = OneTimeKey()

    def of(self, lot: IngredientLot) -> None:
        """Ask only what this lot has."""
        self.lot = lot
        if lot.certificate is None:
            for name in OF_CERTIFICATE:
                del self[name]

    def show(self) -> None:
        """The form as the lot stands now, with its one-time key."""
        lot = self.lot
        for name in ("maker", "grade", "lot_number", "certificate_number"):
            self[name].data = getattr(lot, name)
        self.expires_on.data = lot.expires_on.isoformat()
        if lot.certificate:
            self._show_certificate(lot.certificate)
        self.shown.data = shown_as(lot)
        self.key.give()

    def _show_certificate(self, certificate: Certificate) -> None:
        self.cas_number.data = self.lot.cas_number
        for field in self.certified:
            share: Decimal | None = getattr(certificate, field.short_name)
            field.data = percent_text(share) if share else ""
        self.assay_basis.data = certificate.assay_basis.value
        named = certificate.assay_expressed_as
        self.assay_expressed_as.data = named.name if named else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Read every field, then ask whether the certificate goes with the substance."""
        super().validate(extra_validators)
        if self.lot.cas_number and self.lot.certificate:
            self.check_cas_number(self.lot.substance)
        if self.lot.certificate:
            self.check_certificate(self.lot.substance)
        return not self.errors

    def amendment(self) -> LotAmendment:
        """What the valid form says of the lot; refuses what the certificate's own constructor refuses."""
        return LotAmendment(
            maker=self.maker.value,
            grade=self.grade.value or "",
            lot_number=self.lot_number.value,
            expires_on=self.expires_on.value,
            certificate_number=self.certificate_number.value or "",
            cas_number=(self.cas_number.value or "") if self.lot.certificate else self.lot.cas_number,
            certificate=self.certificate(self.lot.substance) if self.lot.certificate else None,
        )
