"""A trace as a file for spreadsheets: a line for each bottle, and one for each batch that nothing was dispensed of.

It names patients to those who are shown them, so it is made in memory and touches no disk.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Final

from compounder.domain.units import MASS, digits, magnitude
from compounder.services.exporting import FileFormat, put
from compounder.services.tracing import Exposure

COLUMNS: Final = (
    "Batch",
    "Strength",
    "Compounded on",
    "Beyond-use date",
    "Status",
    "On the shelf",
    "Of it in this batch (mg)",
    "Bottle",
    "Preparation",
    "Capsules",
    "Came back",
    "Dispensed on",
    "Prescription",
    "Patient identifier",
    "Patient",
    "Contact",
)


def written(exposures: Iterable[Exposure]) -> BytesIO:
    """The file; it stands at its beginning."""
    file = BytesIO()
    put(file, COLUMNS, map(_line, exposures), FileFormat.CSV)
    return file


def _line(exposure: Exposure) -> tuple[str | int, ...]:
    """The cells of a bottle, or of a batch alone."""
    batch, bottle, patient = exposure.batch, exposure.bottle, exposure.patient
    of_batch = (
        batch.lot_number,
        batch.strength,
        batch.compounded_on.isoformat(),
        batch.beyond_use_date.isoformat(),
        batch.status,
        "" if batch.on_shelf is None else batch.on_shelf,
        "" if batch.mass is None else digits(magnitude(batch.mass, MASS)),
    )
    if bottle is None:
        return (*of_batch, *("" for _ in COLUMNS[len(of_batch) :]))
    return (
        *of_batch,
        bottle.number,
        bottle.preparation,
        bottle.capsules,
        bottle.returned,
        bottle.dispensed_on.isoformat(),
        bottle.prescription,
        bottle.patient,
        patient.name if patient else "",
        " / ".join(patient.contact.splitlines()) if patient else "",
    )
