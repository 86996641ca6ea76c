"""The site's settings as a page, in finished strings: what is in force, and what each version changed."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from compounder.domain.calendar import format_day
from compounder.domain.record.journal import JournalEntry
from compounder.domain.site import SiteSettings
from compounder.domain.stock.equipment import Balance, ElectronicBalance, PrescriptionBalance
from compounder.domain.units import (
    DENSITY,
    MASS,
    VOLUME_PER_CAPSULE,
    format_reading,
    format_shown,
    format_stock,
    percent_text,
)
from compounder.web.ratios import written_ratios
from compounder.web.readers import largest_first
from compounder.web.settings_forms import SettingsForm, written
from compounder.web.tables import Row

SHOWN_TOLERANCE = Decimal("0.01")
BALANCE_COLUMNS = (
    ("Balance", "strong"),
    ("Readability", "number"),
    ("Precision", "text"),
    ("Capacity", "number"),
    ("Weighs from, at 1 %", "number"),
    ("Calibrated until", "date"),
)
SIZE_COLUMNS = (("Capsule size", "strong"), ("Volume", "number"), ("Mean empty shell", "number"))
VERSION_COLUMNS = (("Version", "strong"), ("When", "date"), ("Who", "text"), ("Why", "text"), ("What", "text"))


def settings_page(
    settings: SiteSettings, versions: Sequence[SiteSettings], entries: Sequence[JournalEntry]
) -> Mapping[str, Any]:
    """Everything the page shows. `versions` come newest first, `entries` oldest first."""
    history = zip_longest(versions, versions[1:])
    return {
        "settings": settings,
        "pharmacy": list(_pharmacy(settings)),
        "counting": list(_counting(settings)),
        "balance_columns": BALANCE_COLUMNS,
        "balances": [_balance(balance) for balance in settings.balances],
        "size_columns": SIZE_COLUMNS,
        "sizes": list(_sizes(settings)),
        "densities": [
            {"label": name.capitalize(), "value": format_shown(density, DENSITY)}
            for name, density in settings.tapped_densities.items()
        ],
        "small_masses": list(_small_masses(settings)),
        "version_columns": VERSION_COLUMNS,
        "versions": [
            _version(version, before, entry, settings)
            for (version, before), entry in zip(history, reversed(entries), strict=True)
        ],
    }


def _pharmacy(settings: SiteSettings) -> Iterator[dict[str, str]]:
    yield {"label": "Name", "value": settings.pharmacy.name, "kind": "wide"}
    yield {"label": "Address", "value": settings.pharmacy.address or "none yet", "kind": "wide"}
    yield {"label": "Telephone", "value": settings.pharmacy.telephone or "none yet"}
    yield {"label": "Site letter, in our lot numbers", "value": settings.letter}
    yield {"label": "GS1 company prefix", "value": settings.gs1_prefix or "none: labels carry the lot number alone"}
    yield {"label": "Time zone", "value": settings.time_zone}


def _counting(settings: SiteSettings) -> Iterator[dict[str, str]]:
    correction = "yes, by each lot's certificate" if settings.correct_for_potency else "no: powder taken as pure"
    yield {"label": "Correct doses for potency", "value": correction}
    yield {"label": "The day of compounding is", "value": f"day {settings.day_of_compounding}, to be verified"}
    kept = f"{settings.patients_kept_years} years after their last prescription or bottle, to be verified"
    yield {"label": "Patients are kept", "value": kept}
    asked = "set up by everybody before they go on" if settings.asks_for_second_factor else "each person's choice"
    yield {"label": "A second factor is", "value": asked}


def _small_masses(settings: SiteSettings) -> Iterator[dict[str, str]]:
    yield {"label": "Trituration ratios", "value": written_ratios(settings.trituration_ratios)}
    yield {"label": "Uncertainty target", "value": f"{percent_text(settings.uncertainty_target)} %"}
    yield {"label": "Trituration made in excess", "value": f"{percent_text(settings.trituration_excess)} %"}


def _balance(balance: Balance) -> Row:
    return (
        balance.name,
        format_reading(balance.readability),
        _precision(balance),
        format_stock(balance.capacity) if balance.capacity is not None else "not stated",
        format_shown(balance.minimum_weighable(SHOWN_TOLERANCE), MASS),
        format_day(balance.calibrated_until) if balance.calibrated_until else "not stated",
    )


def _precision(balance: Balance) -> str:
    match balance:
        case ElectronicBalance(repeatability=precise):
            return f"repeatability {format_shown(precise, MASS)}"
        case PrescriptionBalance(sensitivity_requirement=precise):
            return f"sensitivity requirement {format_shown(precise, MASS)}"
    return ""


def _sizes(settings: SiteSettings) -> Iterator[Row]:
    volumes, shells = settings.capsule_volumes, settings.empty_shells
    for size in largest_first({*volumes, *shells}):
        volume, shell = volumes.get(size), shells.get(size)
        yield (
            size.value,
            "" if volume is None else format_shown(volume, VOLUME_PER_CAPSULE),
            "" if shell is None else format_shown(shell, MASS),
        )


def _version(version: SiteSettings, before: SiteSettings | None, entry: JournalEntry, now: SiteSettings) -> Row:
    local = entry.at.astimezone(now.zone)
    when = f"{format_day(local.date())} {local:%H:%M}"
    who = entry.actor.name if entry.actor.is_authenticated else f"{entry.actor.name} (typed name)"
    changes = " ".join(_changes(version, before)) if before else "The first settings."
    return (str(version.version), when, who, version.reason, changes)


def _changes(version: SiteSettings, before: SiteSettings) -> Iterator[str]:
    """What differs from the version before, in words."""
    now, earlier = written(version), written(before)
    for name, text in now.items():
        if text != earlier[name]:
            was = ", ".join(line for line in earlier[name].splitlines() if line not in text.splitlines()) or "nothing"
            came = ", ".join(line for line in text.splitlines() if line not in earlier[name].splitlines()) or "nothing"
            yield f"{getattr(SettingsForm, name).args[0]}: {came}, was {was}."
    if version.balances != before.balances:
        yield f"Balances: {_named(version) or 'none'}, were {_named(before) or 'none'}."


def _named(settings: SiteSettings) -> str:
    return ", ".join(
        f"{balance.name} ({format_reading(balance.readability)}, {_precision(balance)}{_calibrated(balance)})"
        for balance in settings.balances
    )


def _calibrated(balance: Balance) -> str:
    return f", calibrated until {format_day(balance.calibrated_until)}" if balance.calibrated_until else ""
