"""The list of opioids that medicines are matched against.

It covers the groups N02A, N07BC, R05DA and A07DA of the ATC classification; brand names are of several countries.
"""

import csv
from functools import cache
from importlib.resources import files

from compounder.domain.care.screening import Acting, Opioid


@cache
def known_opioids() -> tuple[Opioid, ...]:
    """Every name in the package's list. One without a reference is to be verified."""
    text = files("compounder.services").joinpath("opioids.csv").read_text(encoding="utf-8")
    return tuple(
        Opioid(name=row["name"], atc=row["atc"], acting=Acting(row["acts"]), reference=row["reference"])
        for row in csv.DictReader(text.splitlines())
    )
