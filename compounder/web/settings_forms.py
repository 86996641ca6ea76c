"""The form of a site's settings: what is sent becomes the next version."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.widgets import TextArea

from compounder.domain.errors import NotAccepted
from compounder.domain.site import Pharmacy, SiteSettings
from compounder.domain.stock.equipment import Balance, ElectronicBalance, PrescriptionBalance
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import SUBSTANCES
from compounder.domain.units import (
    DENSITY,
    MASS,
    READING,
    VOLUME_PER_CAPSULE,
    Dimension,
    parse_quantity,
    quantity_text,
)
from compounder.web.fields import ReadField, words

BALANCE_PARTS = ("repeatability", "sensitivity")


def read_balance(line: str) -> Balance:
    """A balance on a line: `B1; 0.1 mg; repeatability 0.1 mg; 220 g`, or `B2; 1 mg; sensitivity 6 mg`."""
    name, readability, precision, *capacity = [part.strip() for part in line.split(";")] + [""] * (2 - line.count(";"))
    kind, _, figure = precision.partition(" ")
    if kind not in BALANCE_PARTS or len(capacity) > 1:
        raise NotAccepted(read=line, accepted="name; readability; repeatability or sensitivity; capacity")
    facts: dict[str, Any] = {
        "name": name,
        "readability": parse_quantity(readability, READING),
        "capacity": parse_quantity(capacity[0], MASS) if capacity and capacity[0] else None,
    }
    precise = parse_quantity(figure, MASS)
    if kind == "repeatability":
        return ElectronicBalance(**facts, repeatability=precise)
    return PrescriptionBalance(**facts, sensitivity_requirement=precise)


def write_balance(balance: Balance) -> str:
    """A balance as `read_balance` reads it."""
    kind, precise = (
        ("repeatability", balance.repeatability)
        if isinstance(balance, ElectronicBalance)
        else ("sensitivity", getattr(balance, "sensitivity_requirement", balance.standard_uncertainty))
    )
    parts = [balance.name, quantity_text(balance.readability, READING), f"{kind} {quantity_text(precise, MASS)}"]
    return "; ".join([*parts, *([quantity_text(balance.capacity, MASS)] if balance.capacity is not None else [])])


def read_balances(text: str) -> tuple[Balance, ...]:
    """Balances, one a line, in the order in which they are tried."""
    return tuple(read_balance(line.strip()) for line in words(text).splitlines() if line.strip())


def named_quantities(
    names: Callable[[str], Any], accepted: str, dimension: Dimension
) -> Callable[[str], dict[Any, Any]]:
    """A reader of lines such as `3: 0.30 mL`, each name at most once."""

    def read(text: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for line in filter(None, map(str.strip, words(text).splitlines())):
            name, colon, figure = line.partition(":")
            try:
                key = names(name.strip())
            except (KeyError, ValueError):
                raise NotAccepted(read=line, accepted=accepted) from None
            if not colon or key in found:
                raise NotAccepted(read=line, accepted=accepted)
            found[key] = parse_quantity(figure.strip(), dimension)
        return found

    return read


def _by_size(quantities: Mapping[CapsuleSize, Any]) -> Mapping[CapsuleSize, Any]:
    """Largest capsule first."""
    return {size: quantities[size] for size in CapsuleSize if size in quantities}


def _lines(quantities: Mapping[Any, Any], dimension: Dimension) -> str:
    return "\n".join(f"{name}: {quantity_text(quantity, dimension)}" for name, quantity in quantities.items())


def _filler(name: str) -> str:
    return SUBSTANCES[name].name


class SettingsForm(FlaskForm):
    """What changes a dose or stands on the papers. Figures marked so are the site's own, to be verified."""

    pharmacy_name = ReadField("Pharmacy", words)
    address = ReadField("Address", words)
    telephone = ReadField("Telephone", words)
    letter = ReadField("Site letter", words, description="Stands in our lot numbers")
    time_zone = ReadField("Time zone", words, description="Such as Europe/Berlin or America/Chicago")
    balances = ReadField(
        "Balances",
        read_balances,
        is_optional=True,
        widget=TextArea(),
        description="One a line, first choice first: B1; 0.1 mg; repeatability 0.1 mg; 220 g "
        "or B2; 1 mg; sensitivity 6 mg. The last figure is the capacity.",
    )
    correct_for_potency = SelectField("Correct for potency", choices=[("yes", "yes"), ("no", "no: powder as pure")])
    day_of_compounding = SelectField("The day of compounding is", choices=[("1", "day 1"), ("0", "day 0")])
    capsule_volumes = ReadField(
        "Capsule volumes",
        named_quantities(CapsuleSize, "a line such as 3: 0.30 mL", VOLUME_PER_CAPSULE),
        widget=TextArea(),
        description="One a line. Makers differ by up to 18 %.",
    )
    capsule_volumes_source = ReadField("Source of the volumes", words)
    empty_shells = ReadField(
        "Mean empty shells",
        named_quantities(CapsuleSize, "a line such as 3: 48 mg", MASS),
        widget=TextArea(),
        description="One a line. To be verified with your own shells.",
    )
    tapped_densities = ReadField(
        "Tapped densities",
        named_quantities(_filler, "a line such as microcrystalline cellulose: 0.45 g/mL", DENSITY),
        is_optional=True,
        widget=TextArea(),
        description="One a line, by filler. To be verified.",
    )
    reason = ReadField("Reason for the change", words)
    name = ReadField("Your name", words)

    def start(self, settings: SiteSettings) -> None:
        """The form as the settings in force say it."""
        texts = {
            "pharmacy_name": settings.pharmacy.name,
            "address": settings.pharmacy.address,
            "telephone": settings.pharmacy.telephone,
            "letter": settings.letter,
            "time_zone": settings.time_zone,
            "balances": "\n".join(map(write_balance, settings.balances)),
            "correct_for_potency": "yes" if settings.correct_for_potency else "no",
            "day_of_compounding": str(settings.day_of_compounding),
            "capsule_volumes": _lines(_by_size(settings.capsule_volumes), VOLUME_PER_CAPSULE),
            "capsule_volumes_source": settings.capsule_volumes_source,
            "empty_shells": _lines(_by_size(settings.empty_shells), MASS),
            "tapped_densities": _lines(settings.tapped_densities, DENSITY),
        }
        for name, text in texts.items():
            self[name].data = text

    def revised(self, before: SiteSettings) -> SiteSettings:
        """The next version that the valid form describes; refuses what its constructor refuses."""
        return SiteSettings(
            version=before.version + 1,
            pharmacy=Pharmacy(
                name=self.pharmacy_name.value, address=self.address.value, telephone=self.telephone.value
            ),
            letter=self.letter.value,
            time_zone=self.time_zone.value,
            balances=self.balances.value or (),
            correct_for_potency=self.correct_for_potency.data == "yes",
            day_of_compounding=int(self.day_of_compounding.data),
            capsule_volumes=self.capsule_volumes.value,
            capsule_volumes_source=self.capsule_volumes_source.value,
            empty_shells=self.empty_shells.value,
            tapped_densities=self.tapped_densities.value or {},
            is_example=before.is_example,
            reason=self.reason.value,
        )
