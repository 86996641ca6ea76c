"""The form of a site's settings: what is sent becomes the next version."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField
from wtforms.widgets import HiddenInput, TextArea

from compounder.domain.calendar import parse_day
from compounder.domain.site import Pharmacy, SiteSettings
from compounder.domain.stock.equipment import Balance, ElectronicBalance, PrescriptionBalance
from compounder.domain.stock.substances import filler_named
from compounder.domain.units import (
    DENSITY,
    MASS,
    READING,
    VOLUME_PER_CAPSULE,
    Reading,
    parse_count_text,
    parse_mass,
    parse_percent,
    parse_quantity,
    percent_text,
    quantity_text,
)
from compounder.web.fields import ChoiceField, ReadField, complain, placing, words
from compounder.web.ratios import read_ratios, written_ratios
from compounder.web.readers import by_name, by_size, one_line, written_by_size, written_mass

LINES = {"widget": TextArea()}
EMPTY_BALANCES = 1
MOST_BALANCES = 42
YES, NO = "yes", "no"


def read_reading(text: str) -> Reading:
    """A balance's smallest step, with the digits it shows: `0.001 g`."""
    return parse_quantity(text, READING)


class BalanceRow(Form):
    """One balance. A row with nothing in it is no balance."""

    name = ReadField("Name", one_line, is_optional=True)
    readability = ReadField("Readability", read_reading, is_optional=True)
    capacity = ReadField("Capacity", parse_mass, is_optional=True)
    calibrated_until = ReadField("Calibrated until", parse_day, is_optional=True)
    repeatability = ReadField("Repeatability", parse_mass, is_optional=True)
    sensitivity_requirement = ReadField("Sensitivity requirement", parse_mass, is_optional=True)
    balance: Balance | None = None

    @property
    def is_empty(self) -> bool:
        return not any((field.data or "").strip() for field in self)

    def show(self, balance: Balance) -> None:
        """The row as this balance says it."""
        self.name.data = balance.name
        self.readability.data = quantity_text(balance.readability, READING)
        self.capacity.data = "" if balance.capacity is None else written_mass(balance.capacity)
        self.calibrated_until.data = balance.calibrated_until.isoformat() if balance.calibrated_until else ""
        match balance:
            case ElectronicBalance(repeatability=precise):
                self.repeatability.data = written_mass(precise)
            case PrescriptionBalance(sensitivity_requirement=precise):
                self.sensitivity_requirement.data = written_mass(precise)

    def validate(self, extra_validators: Any = None) -> bool:
        """Read the row into its `balance`; complain at its fields where it cannot be read."""
        super().validate(extra_validators)
        if not self.is_empty:
            self._complain_of_gaps()
        if not self.is_empty and not self.errors:
            self._read()
        return not self.errors

    def _complain_of_gaps(self) -> None:
        for field in (self.name, self.readability):
            if field.value is None and not field.errors:
                complain(field, f"{field.label.text} is missing for this balance; write it, or empty the row.")
        both = (self.repeatability, self.sensitivity_requirement)
        given = [field for field in both if (field.data or "").strip()]
        if len(given) != 1:
            complain(both[0], "Write the repeatability of an electronic balance, or else the sensitivity requirement.")

    def _read(self) -> None:
        stated = (self.name, self.readability, self.capacity, self.calibrated_until)
        facts = {field.short_name: field.value for field in stated}
        with placing(self):
            if self.repeatability.value is not None:
                self.balance = ElectronicBalance(**facts, repeatability=self.repeatability.value)
            else:
                precise = self.sensitivity_requirement.value
                self.balance = PrescriptionBalance(**facts, sensitivity_requirement=precise)


class SettingsForm(FlaskForm):
    """What changes a dose or stands on the papers. What is sent becomes the version after `base`."""

    pharmacy_name = ReadField("Pharmacy", one_line)
    address = ReadField("Address", one_line)
    telephone = ReadField("Telephone", one_line)
    letter = ReadField("Site letter", one_line, description="Stands in our lot numbers")
    time_zone = ReadField("Time zone", one_line, description="Such as Europe/Berlin or America/Chicago")
    correct_for_potency = ChoiceField("Correct doses for potency", [(YES, "yes"), (NO, "no: powder taken as pure")])
    day_of_compounding = ChoiceField("The day of compounding is", [("1", "day 1"), ("0", "day 0")])
    balances = FieldList(FormField(BalanceRow), max_entries=MOST_BALANCES)
    capsule_volumes = ReadField(
        "Capsule volumes",
        by_size("3: 0.30 mL", VOLUME_PER_CAPSULE),
        description="One size a line. Makers differ by up to 18 %.",
        **LINES,
    )
    capsule_volumes_source = ReadField("Source of the volumes", one_line, description="Printed on every worksheet")
    empty_shells = ReadField(
        "Mean empty shells",
        by_size("3: 48 mg", MASS),
        description="One size a line. To be verified with your own shells.",
        **LINES,
    )
    tapped_densities = ReadField(
        "Tapped densities",
        by_name(lambda name: filler_named(name).name, "microcrystalline cellulose: 0.45 g/mL", DENSITY),
        is_optional=True,
        description="One filler a line. To be verified.",
        **LINES,
    )
    trituration_ratios = ReadField(
        "Trituration ratios", read_ratios, description="Such as 1:10, 1:25; 1:10 is one part in ten parts total"
    )
    uncertainty_target = ReadField(
        "Uncertainty target, %", parse_percent, description="Expanded, of the mean content per capsule"
    )
    trituration_excess = ReadField(
        "Trituration made in excess, %",
        parse_percent,
        description="Above what the aliquots take; some stays in the mortar",
    )
    patients_kept_years = ReadField(
        "Years that patients are kept",
        parse_count_text,
        description="After their last prescription or bottle; to be verified against your law",
    )
    gs1_prefix = ReadField(
        "GS1 company prefix",
        one_line,
        is_optional=True,
        description="7 to 10 digits; labels of batches stored from now on carry a GS1 code. Empty: their lot number",
    )
    asks_for_second_factor = ChoiceField(
        "A second factor", [(NO, "is each person's choice"), (YES, "is set up by everybody before they go on")]
    )
    reason = ReadField("Reason for the change", words, **LINES)
    base = ReadField("Version revised", parse_count_text, widget=HiddenInput())

    def start(self, settings: SiteSettings) -> None:
        """The form as the settings in force say it."""
        for name, text in written(settings).items():
            self[name].data = text
        self.base.data = str(settings.version)
        for balance in settings.balances:
            self.balances.append_entry().form.show(balance)
        self.add_row()

    def add_row(self) -> None:
        """Room for one more balance."""
        if len(self.balances) < MOST_BALANCES:
            self.balances.append_entry()

    def revised(self, before: SiteSettings) -> SiteSettings:
        """The version after `base` that the valid form describes; refuses what its constructor refuses."""
        return SiteSettings(
            version=self.base.value + 1,
            pharmacy=Pharmacy(
                name=self.pharmacy_name.value, address=self.address.value, telephone=self.telephone.value
            ),
            letter=self.letter.value,
            time_zone=self.time_zone.value,
            balances=tuple(row.form.balance for row in self.balances if row.form.balance),
            correct_for_potency=self.correct_for_potency.data == YES,
            day_of_compounding=int(self.day_of_compounding.data),
            capsule_volumes=self.capsule_volumes.value,
            capsule_volumes_source=self.capsule_volumes_source.value,
            empty_shells=self.empty_shells.value,
            tapped_densities=self.tapped_densities.value or {},
            trituration_ratios=self.trituration_ratios.value,
            uncertainty_target=self.uncertainty_target.value,
            trituration_excess=self.trituration_excess.value,
            patients_kept_years=self.patients_kept_years.value,
            is_example=before.is_example,
            gs1_prefix=self.gs1_prefix.value or "",
            asks_for_second_factor=self.asks_for_second_factor.data == YES,
            reason=self.reason.value,
        )


def written(settings: SiteSettings) -> dict[str, str]:
    """Every field but the balances as the form writes it; also what two versions are compared by."""
    return {
        "pharmacy_name": settings.pharmacy.name,
        "address": settings.pharmacy.address,
        "telephone": settings.pharmacy.telephone,
        "letter": settings.letter,
        "time_zone": settings.time_zone,
        "correct_for_potency": YES if settings.correct_for_potency else NO,
        "day_of_compounding": str(settings.day_of_compounding),
        "capsule_volumes": written_by_size(settings.capsule_volumes, VOLUME_PER_CAPSULE),
        "capsule_volumes_source": settings.capsule_volumes_source,
        "empty_shells": written_by_size(settings.empty_shells, MASS),
        "tapped_densities": "\n".join(
            f"{name}: {quantity_text(density, DENSITY)}" for name, density in settings.tapped_densities.items()
        ),
        "trituration_ratios": written_ratios(settings.trituration_ratios),
        "uncertainty_target": percent_text(settings.uncertainty_target),
        "trituration_excess": percent_text(settings.trituration_excess),
        "patients_kept_years": str(settings.patients_kept_years),
        "gs1_prefix": settings.gs1_prefix,
        "asks_for_second_factor": YES if settings.asks_for_second_factor else NO,
    }
