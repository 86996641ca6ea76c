"""One ingredient lot's page, and its line in the list, in finished strings."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from statistics import stdev
from typing import Any

from flask import url_for

from compounder.database.search import LotRow
from compounder.domain.calendar import format_day
from compounder.domain.site import SiteSettings
from compounder.domain.stock.lots import Certificate, IngredientLot, LotStatus
from compounder.domain.units import (
    DENSITY,
    MASS,
    MASS_PER_CAPSULE,
    format_rounded,
    format_shown,
    format_stock,
    magnitude,
    percent_text,
    shown,
)
from compounder.services.lots import LotFile
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.tables import Cell, Row

LOT_COLUMNS = (
    ("Lot number", "lot"),
    ("Substance", "text"),
    ("Maker", "text"),
    ("Expires", "date"),
    ("Free", "number"),
    ("On hand", "number"),
    ("Status", "status"),
)
MOVEMENT_COLUMNS = (
    ("What", "strong"),
    ("On hand", "number"),
    ("Reserved", "number"),
    ("Batch", "lot"),
    ("Reason", "text"),
)
STATISTIC_COLUMNS = (("Size", "strong"), ("Pack statistic", "figure"), ("From", "text"), ("Spread", "text"))
MOVEMENTS_SHOWN = 50
TONES = {LotStatus.QUARANTINED: "open", LotStatus.IN_USE: "done", LotStatus.USED_UP: "over"}


def status_cell(status: LotStatus, expires_on: date, today: date) -> Cell:
    """The word for where a lot stands today; expiry goes before the rest."""
    if today > expires_on:
        return Cell(text="expired", tone="held")
    return Cell(text=status.value.replace("-", " "), tone=TONES[status])


def lot_cells(row: LotRow, today: date) -> Row:
    """The cells of one lot, in the order of `LOT_COLUMNS`."""
    return (
        Cell(text=row.lot_number, href=url_for("lots.show", lot_id=row.lot_id)),
        f"{row.substance.capitalize()} {row.grade}".strip(),
        row.maker,
        format_day(row.expires_on),
        format_stock(row.free),
        format_stock(row.on_hand),
        status_cell(row.status, row.expires_on, today),
    )


def lot_page(file: LotFile, settings: SiteSettings, today: date) -> Mapping[str, Any]:
    """Everything the page of a lot shows."""
    stored, lot = file.stored, file.stored.lot
    return {
        "lot_id": stored.lot_id,
        "lot_number": lot.lot_number,
        "title": f"{lot.substance.name.capitalize()} {lot.grade}".strip(),
        "status": status_cell(stored.status, lot.expires_on, today),
        "facts": list(_facts(lot)),
        "stock": [
            {"label": "Free", "value": format_stock(stored.free), "kind": "strong"},
            {"label": "Reserved", "value": format_stock(stored.reserved)},
            {"label": "On hand", "value": format_stock(stored.on_hand)},
            {"label": "Received", "value": format_stock(lot.quantity)},
        ],
        "certificate": list(_certificate(lot.certificate, file.potency)) if lot.certificate else [],
        "statistic_columns": STATISTIC_COLUMNS,
        "statistics": [*_stated(lot), *_measured(file)],
        "movement_columns": MOVEMENT_COLUMNS,
        "movements": [_movement(movement) for movement in file.movements[: -MOVEMENTS_SHOWN - 1 : -1]],
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, file.entry_hashes, settings.zone),
    }


def _facts(lot: IngredientLot) -> Iterator[dict[str, str]]:
    yield {"label": "Expires", "value": format_day(lot.expires_on), "kind": "strong"}
    yield {"label": "Maker", "value": lot.maker}
    yield {"label": "Received on", "value": format_day(lot.received_on)}
    if lot.certificate_number:
        yield {"label": "Certificate", "value": lot.certificate_number}
    for label, density in (("Density", lot.density), ("Tapped density", lot.tapped_density)):
        if density is not None:
            yield {"label": label, "value": format_shown(density, DENSITY)}


def _certificate(certificate: Certificate, potency: Decimal | None) -> Iterator[dict[str, str]]:
    stated = f"{percent_text(certificate.assay)} %, {certificate.assay_basis.value}"
    yield {"label": "Assay", "value": stated, "kind": "strong"}
    yield {"label": "Expressed as", "value": certificate.expressed_as.name}
    for label, share in (
        ("Water", certificate.water),
        ("Loss on drying", certificate.loss_on_drying),
        ("Residual solvent", certificate.residual_solvent or None),
    ):
        if share is not None:
            yield {"label": label, "value": f"{percent_text(share)} %"}
    as_hydrochloride = shown(potency) if potency else "cannot be worked out: water would be counted twice"
    yield {"label": "Potency as naltrexone hydrochloride", "value": as_hydrochloride, "kind": "strong"}


def _stated(lot: IngredientLot) -> Iterator[Row]:
    for size, statistic in lot.pack_statistics.items():
        yield (size.value, format_rounded(statistic, MASS_PER_CAPSULE, "0.01"), "stated on receipt", "")


def _measured(file: LotFile) -> Iterator[Row]:
    for made in file.stored.measurements:
        measurement = made.measurement
        weights = [magnitude(weight, MASS) for weight in measurement.filled_weights]
        written = " ".join(f"{weight:f}" for weight in weights)
        shell = format_shown(measurement.mean_empty_shell, MASS)
        yield (
            measurement.capsule_size.value,
            format_rounded(made.pack_statistic, MASS_PER_CAPSULE, "0.01"),
            f"measured {format_day(measurement.measured_on)}: {written} mg, less {shell} shell",
            f"s {stdev(weights):.2f} mg",
        )


def _movement(movement: Any) -> Row:
    batch = Cell(text=movement.lot_number, href=url_for("batches.show", lot_number=movement.lot_number))
    return (
        movement.kind.value,
        format_stock(movement.on_hand_change) if movement.on_hand_change.magnitude else "",
        format_stock(movement.reserved_change) if movement.reserved_change.magnitude else "",
        batch if movement.lot_number else "",
        movement.reason,
    )
