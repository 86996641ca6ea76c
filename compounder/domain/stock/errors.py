"""Refusals of what is said of a lot: a substance that is none, a certificate or a date that contradicts itself."""

from compounder.domain.errors import CompoundingError, as_read, printable


class UnknownSubstance(CompoundingError):
    code = "unknown-substance"
    title = "Unknown substance"
    read: object
    accepted: tuple[str, ...]
    field_name: str = ""

    def __str__(self) -> str:
        return f"{as_read(self.read)} is not a substance accepted here; write {' or '.join(self.accepted)}."


class DoubleHydrateCorrection(CompoundingError):
    code = "double-hydrate-correction"
    title = "Water would be corrected twice"
    substance: str

    def __str__(self) -> str:
        return (
            f"An assay on the anhydrous or dried basis cannot be expressed as {self.substance}; "
            "water would be counted twice."
        )


class ExpiredAtReceipt(CompoundingError):
    """A lot whose expiry is before the day it came in."""

    code = "expired-at-receipt"
    title = "Expired at receipt"
    lot_number: str
    expired_on: str
    received_on: str
    field_name: str = "expires_on"

    def __str__(self) -> str:
        lot = f"Lot {printable(self.lot_number)}"
        return f"{lot} expired on {self.expired_on}, before its receipt on {self.received_on}; it cannot be used."
