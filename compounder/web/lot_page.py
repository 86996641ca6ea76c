"""One ingredient lot's page, and its line in the list, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import mean
from typing import Any

from flask import url_for

from compounder.database.search import LotRow
from compounder.domain.batch.uncertainty import LEFT_OUT
from compounder.domain.calendar import format_day
from compounder.domain.site import SiteSettings
from compounder.domain.stock.cas_numbers import NONE_PRINTED
from compounder.domain.stock.lots import Certificate, IngredientLot, LotStatus, PackMeasurement, TriturationFacts
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import (
    DENSITY,
    MASS,
    MASS_PER_CAPSULE,
    Mass,
    digits,
    format_rounded,
    format_shown,
    format_stock,
    magnitude,
    mg,
    of,
    percent_text,
    shown,
)
from compounder.domain.wording import with_capital
from compounder.services.lots import LotFile, LotPotency, MadeBefore, Movement
from compounder.web.correction_page import correction_rows, planned_lines
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.lot_forms import BASES, STATUSES
from compounder.web.lot_words import what_it_is
from compounder.web.readers import largest_first
from compounder.web.tables import Cell, Row
from compounder.web.trituration_page import TRITURATION_COLUMNS, trituration_cells
from compounder.web.ways import shares_of

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
    ("Batch or trituration", "lot"),
    ("On hand", "number"),
    ("Reserved", "number"),
    ("Reason", "text"),
)
MADE_BEFORE_COLUMNS = (("Past batch", "lot"), ("Its record names", "told"))
STATISTIC_COLUMNS = (
    ("Size", "strong"),
    ("Pack statistic", "figure"),
    ("From", "text"),
    ("Net, RSD", "number"),
    ("Standing", "status"),
)
NEWEST_MOVEMENTS = 15
TONES = {
    LotStatus.QUARANTINED: "open",
    LotStatus.IN_USE: "done",
    LotStatus.USED_UP: "over",
    LotStatus.REJECTED: "held",
}


COUNTS, REPLACED = Cell(text="counts", tone="done"), Cell(text="replaced", tone="over")
MG_IN_A_GRAM = 1_000


def status_cell(status: LotStatus, expires_on: date, today: date) -> Cell:
    """The word for where a lot stands today; expiry goes before the rest, but for rejection."""
    if today > expires_on and status is not LotStatus.REJECTED:
        return Cell(text="expired", tone="held")
    return Cell(text=STATUSES[status], tone=TONES[status])


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
        "title": with_capital(what_it_is(lot)),
        **_standing(file, today),
        "facts": list(_facts(lot)),
        "stock": [
            {"label": "Free", "value": format_stock(stored.free), "kind": "strong"},
            {"label": "Reserved", "value": format_stock(stored.reserved)},
            {"label": "On hand", "value": format_stock(stored.on_hand)},
            {"label": "Received", "value": format_stock(lot.quantity)},
        ],
        "certificate": list(_certificate(lot.certificate)) if lot.certificate else [],
        "tablets": list(_tablets(lot.tablets)) if lot.tablets else [],
        "trituration": list(_trituration(lot.trituration, file.made_as)) if lot.trituration else [],
        "trituration_columns": TRITURATION_COLUMNS,
        "triturations": [trituration_cells(row) for row in file.triturations],
        "made_before_columns": MADE_BEFORE_COLUMNS,
        "made_before": [_made_before(each) for each in file.made_before],
        "budget": shares_of(lot.trituration.budget) if lot.trituration else (),
        "left_out": LEFT_OUT,
        "potency": _potency(lot, file.potency) if file.potency else None,
        "statistic_columns": STATISTIC_COLUMNS,
        "statistics": [*_measured(file), *_stated(file)],
        "corrections": correction_rows(file.corrections, settings.zone),
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, settings.zone),
    }


def _standing(file: LotFile, today: date) -> Mapping[str, Any]:
    """Where it stands, what may still be done with it, and what goes by figures that were corrected."""
    stored = file.stored
    return {
        "status": status_cell(stored.status, stored.lot.expires_on, today),
        "is_bought": stored.lot.trituration is None,
        "is_filler": not stored.lot.substance.is_active,
        "is_rejected": stored.status is LotStatus.REJECTED,
        "outdated": planned_lines(file.outdated),
    }


def _made_before(batch: MadeBefore) -> Row:
    address = url_for("imports.past_batch", past_batch_id=batch.past_batch_id)
    return Cell(text=batch.lot_number, href=address), batch.named


def _facts(lot: IngredientLot) -> Iterator[dict[str, str]]:
    yield {"label": "Expires", "value": format_day(lot.expires_on), "kind": "strong"}
    yield {"label": "Maker", "value": lot.maker}
    yield {"label": "Received on", "value": format_day(lot.received_on)}
    if lot.certificate_number:
        yield {"label": "Certificate", "value": lot.certificate_number}
    if lot.cas_number:
        yield {"label": "CAS number", "value": "none printed" if lot.cas_number == NONE_PRINTED else lot.cas_number}
    for label, density in (("Density", lot.density), ("Tapped density", lot.tapped_density)):
        if density is not None:
            yield {"label": label, "value": format_shown(density, DENSITY)}
    if lot.note:
        yield {"label": "Note", "value": lot.note, "kind": "wide"}


def ledger(file: LotFile, *, has_all: bool) -> Mapping[str, Any]:
    """The stock's movements, newest first: the last few, or all of them."""
    newest_first = file.movements[::-1]
    shown = newest_first if has_all else newest_first[:NEWEST_MOVEMENTS]
    return {
        "movement_columns": MOVEMENT_COLUMNS,
        "movements": [_movement(movement) for movement in shown],
        "movements_left": len(newest_first) - len(shown),
    }


def _certificate(certificate: Certificate) -> Iterator[dict[str, str]]:
    stated = f"{percent_text(certificate.assay)} %, {BASES[certificate.assay_basis]}"
    yield {"label": "Assay", "value": stated}
    yield {"label": "Expressed as", "value": certificate.expressed_as.name}
    for label, share in (
        ("Water", certificate.water),
        ("Loss on drying", certificate.loss_on_drying),
        ("Residual solvent", certificate.residual_solvent or None),
    ):
        if share is not None:
            yield {"label": label, "value": f"{percent_text(share)} %"}


def _tablets(tablets: TabletFacts) -> Iterator[dict[str, str]]:
    spread = f"{100 * tablets.relative_standard_deviation:.2f} %"
    yield {"label": "Strength of a tablet", "value": format_shown(tablets.tablet_strength, MASS), "kind": "strong"}
    yield {"label": "Mean mass of a tablet", "value": format_rounded(tablets.mean, MASS, "0.01"), "kind": "strong"}
    yield {"label": "Relative standard deviation", "value": spread}
    yield {"label": "Tablets weighed", "value": f"{len(tablets.weights)}"}
    yield {"label": "Weights, mg", "value": _written(tablets.weights), "kind": "wide"}


def _trituration(made: TriturationFacts, made_as: str) -> Iterator[dict[str, str]]:
    yield {"label": "Ratio", "value": made.ratio, "kind": "strong"}
    yield {"label": "Active fraction, from the weights taken", "value": shown(made.active_fraction), "kind": "figure"}
    yield {"label": "Diluent", "value": made.diluent.name}
    if made_as:
        yield {"label": "Made here", "value": made_as, "href": url_for("triturations.show", lot_number=made_as)}


def _potency(lot: IngredientLot, potency: LotPotency) -> Mapping[str, Any]:
    """What a gram of it holds as the hydrochloride, with how that came about."""
    line, held = potency.line, format_shown(of(round(potency.value * MG_IN_A_GRAM, 3), mg), MASS)
    named = {"label": line.label, "rule": line.formula, "numbers": line.numbers, "result": line.result}
    powder = "trituration" if lot.trituration else "crushed powder" if lot.tablets else "powder"
    sentence = f"1 g of this {powder} holds {held} of {NALTREXONE_HYDROCHLORIDE.name}."
    return {"sentence": sentence, "steps": [{**named, "source": line.source}]}


def _stated(file: LotFile) -> Iterator[Row]:
    measured = {made.measurement.capsule_size for made in file.stored.measurements}
    stated = file.stored.lot.pack_statistics
    for size in largest_first(stated):
        statistic = format_rounded(stated[size], MASS_PER_CAPSULE, "0.01")
        yield (size.value, statistic, "stated on receipt", "", REPLACED if size in measured else COUNTS)


def _measured(file: LotFile) -> Iterator[Row]:
    """Every measurement, newest first; the newest of each size counts."""
    seen: set[CapsuleSize] = set()
    for made in reversed(file.stored.measurements):
        size = made.measurement.capsule_size
        figure = format_rounded(made.pack_statistic, MASS_PER_CAPSULE, "0.01")
        standing = REPLACED if size in seen else COUNTS
        seen.add(size)
        yield (size.value, figure, _weighed(made.measurement), _spread(made.measurement), standing)


def _weighed(measurement: PackMeasurement) -> str:
    weights = [magnitude(weight, MASS) for weight in measurement.filled_weights]
    less = f"less {format_shown(measurement.mean_empty_shell, MASS)} shell"
    average = format_rounded(of(mean(weights), mg), MASS, "0.01")
    batch = f" of batch {measurement.mixture.batch}" if measurement.mixture else ""
    balance = f" on {measurement.balance}" if measurement.balance else ""
    return (
        f"{format_day(measurement.measured_on)}{balance}, {len(weights)} filled{batch}: mean {average}, {less}. "
        f"Weights, mg: {_written(measurement.filled_weights)}"
    )


def _written(weights: Sequence[Mass]) -> str:
    """Weights in mg, each with as many decimals as the finest of them."""
    milligrams = [magnitude(weight, MASS) for weight in weights]
    places = max(len(digits(weight).partition(".")[2]) for weight in milligrams)
    return " ".join(f"{weight:.{places}f}" for weight in milligrams)


def _spread(measurement: PackMeasurement) -> str:
    """The relative standard deviation of the net weights."""
    return f"{100 * measurement.relative_standard_deviation:.2f} %"


def _movement(movement: Movement) -> Row:
    return (
        movement.kind.value,
        _moved_for(movement) if movement.lot_number else "",
        _change(movement.on_hand_change),
        _change(movement.reserved_change),
        movement.reason,
    )


def _moved_for(movement: Movement) -> Cell:
    page = "triturations.show" if movement.is_for_trituration else "batches.show"
    return Cell(text=movement.lot_number, href=url_for(page, lot_number=movement.lot_number))


def _change(mass: Mass) -> str:
    """A signed mass; nothing where nothing changed."""
    number = magnitude(mass, MASS)
    sign = "+" if number > 0 else "−"
    return f"{sign}{format_stock(of(abs(number), mg))}" if number else ""
