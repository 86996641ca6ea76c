"""The list of opioids that medicines are matched against: the package's own, until a site keeps another."""

import csv
from functools import cache
from importlib.resources import files
from typing import Final

from compounder.domain.care.screening import Acting, Opioid

LISTED_BY: Final = "N02A opioids, N07BC, R05DA, A07DA"
"""The groups of the ATC classification that the list covers; brand names are of several countries."""


@cache
def known_opioids() -> tuple[Opioid, ...]:
    """Every name in the package's list. One without a reference is to be verified."""
    text = files("compounder.services").joinpath("opioids.csv").read_text(encoding="utf-8")
    return tuple(
        Opioid(name=row["name"], atc=row["atc"], acting=Acting(row["acts"]), reference=row["reference"])
        for row in csv.DictReader(text.splitlines())
    )
