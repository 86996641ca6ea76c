"""What patients are told, in one place, for a pharmacist to read through."""

from typing import Final

LABEL_WARNINGS: Final = (
    "Do not take with opioid medicines.",
    "Swallow whole; do not open.",
    "Keep away from children.",
)
"""Cautions on every bottle (FD&C Act 503(b)(2)); a dispensing may name others instead."""
