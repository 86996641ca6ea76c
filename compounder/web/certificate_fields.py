"""The part of a form that a powder's certificate is read from: asked alike on receipt and when it is corrected."""

from collections.abc import Sequence

from compounder.domain.stock.cas_numbers import NONE_PRINTED
from compounder.domain.stock.lots import AssayBasis, Certificate
from compounder.domain.stock.substances import SUBSTANCES, Substance
from compounder.web.fields import ChoiceField, ReadField, complain


class CertificateFields:
    """What a form with these fields asks of them, and the certificate that they make."""

    cas_number: ReadField
    assay: ReadField
    assay_basis: ChoiceField
    assay_expressed_as: ChoiceField
    water: ReadField
    loss_on_drying: ReadField
    residual_solvent: ReadField

    @property
    def certified(self) -> Sequence[ReadField]:
        """The certificate's figures."""
        return (self.assay, self.water, self.loss_on_drying, self.residual_solvent)

    def leave_empty(self, fields: Sequence[ReadField], why: str) -> None:
        """Complain at each of them that something was written in."""
        for field in fields:
            if field.value is not None:
                complain(field, f"Leave this empty: {why}")

    def check_certificate(self, substance: Substance) -> None:
        """Complain at what is missing of an active powder's certificate, and at what is there of a filler's."""
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
        if not substance.is_active:
            self.leave_empty(self.certified, f"{substance.name} is a filler, no dose depends on it.")

    def check_cas_number(self, substance: Substance) -> None:
        """Complain where nothing is said of the number that tells the powder from its other forms."""
        if substance.is_told_by_cas_number and not self.cas_number.errors and self.cas_number.value is None:
            why = f"it tells {substance.name} from its other forms"
            complain(self.cas_number, f"CAS number is missing; {why}. Write {NONE_PRINTED} where none is printed.")

    def certificate(self, substance: Substance) -> Certificate:
        """The certificate of the valid form; refuses what its own constructor refuses."""
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
