"""The site's settings: what is in force, how it came to be, and the next version."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import JournalEntry
from compounder.domain.site import SiteSettings
from compounder.domain.stock.equipment import Balance, ElectronicBalance
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import (
    DENSITY,
    MASS,
    VOLUME_PER_CAPSULE,
    format_reading,
    format_shown,
    format_stock,
)
from compounder.services.settings import revise_settings, settings_history
from compounder.web.fields import place
from compounder.web.settings_forms import SettingsForm
from compounder.web.tables import Row
from compounder.web.workspace import current_site_settings, database, site, typed_name

pages = Blueprint("settings", __name__, url_prefix="/settings")
REFUSED = 422
SHOWN_TOLERANCE = Decimal("0.01")
BALANCE_COLUMNS = (
    ("Balance", "strong"),
    ("Readability", "number"),
    ("Precision", "text"),
    ("Capacity", "number"),
    ("Weighs from, at 1 %", "number"),
)
SIZE_COLUMNS = (("Capsule size", "strong"), ("Volume", "number"), ("Mean empty shell", "number"))
VERSION_COLUMNS = (("Version", "number"), ("When", "date"), ("Who", "text"), ("Why", "text"))


@pages.get("")
def show() -> str:
    """The settings in force, and every version before."""
    with database().reading() as reading:
        versions, entries = settings_history(reading, site())
    return render_template("settings/show.html", **_page(current_site_settings(), versions, entries))


@pages.route("/revise", methods=["GET", "POST"])
def revise() -> tuple[str, int] | Response:
    """The next version, from the one in force."""
    form, before = SettingsForm(), current_site_settings()
    if request.method == "GET":
        form.start(before)
    elif form.validate():
        try:
            revised = form.revised(before)
            with database().writing() as writing:
                revise_settings(writing, site(), revised, actor=typed_name(form.name.value), at=clock.now())
        except CompoundingError as refusal:
            place(form, refusal, list(form))
        else:
            flash(f"Version {revised.version} of the settings is in force.")
            return redirect(url_for("settings.show"), 303)
    return render_template("settings/revise.html", form=form), REFUSED if request.method == "POST" else 200


def _page(
    settings: SiteSettings, versions: tuple[SiteSettings, ...], entries: tuple[JournalEntry, ...]
) -> Mapping[str, Any]:
    return {
        "settings": settings,
        "facts": list(_facts(settings)),
        "balance_columns": BALANCE_COLUMNS,
        "balances": [_balance(balance) for balance in settings.balances],
        "size_columns": SIZE_COLUMNS,
        "sizes": list(_sizes(settings)),
        "densities": [
            {"label": name.capitalize(), "value": format_shown(density, DENSITY)}
            for name, density in settings.tapped_densities.items()
        ],
        "version_columns": VERSION_COLUMNS,
        "versions": [
            _version(version, entry, settings) for version, entry in zip(versions, reversed(entries), strict=True)
        ],
    }


def _facts(settings: SiteSettings) -> Iterator[dict[str, str]]:
    yield {"label": "Pharmacy", "value": settings.pharmacy.name, "kind": "strong"}
    yield {"label": "Address", "value": settings.pharmacy.address or "–"}
    yield {"label": "Telephone", "value": settings.pharmacy.telephone or "–"}
    yield {"label": "Site letter", "value": settings.letter}
    yield {"label": "Time zone", "value": settings.time_zone}
    yield {"label": "Correct for potency", "value": "yes" if settings.correct_for_potency else "no: powder as pure"}
    yield {"label": "The day of compounding is", "value": f"day {settings.day_of_compounding}"}


def _balance(balance: Balance) -> Row:
    is_electronic = isinstance(balance, ElectronicBalance)
    precision = "repeatability" if is_electronic else "uncertainty"
    figure = balance.repeatability if isinstance(balance, ElectronicBalance) else balance.standard_uncertainty
    return (
        balance.name,
        format_reading(balance.readability),
        f"{precision} {format_shown(figure, MASS)}",
        format_stock(balance.capacity) if balance.capacity is not None else "",
        format_shown(balance.minimum_weighable(SHOWN_TOLERANCE), MASS),
    )


def _sizes(settings: SiteSettings) -> Iterator[Row]:
    for size in CapsuleSize:
        volume, shell = settings.capsule_volumes.get(size), settings.empty_shells.get(size)
        yield (
            size.value,
            "" if volume is None else format_shown(volume, VOLUME_PER_CAPSULE),
            "" if shell is None else format_shown(shell, MASS),
        )


def _version(version: SiteSettings, entry: JournalEntry, settings: SiteSettings) -> Row:
    local = entry.at.astimezone(settings.zone)
    return (str(version.version), f"{format_day(local.date())} {local:%H:%M}", entry.actor.name, version.reason)
