"""The hazards by number, as in docs/hazards.md (ISO 14971): a report names what each check stands against."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """What can go wrong, and the harm."""

    number: str
    goes_wrong: str
    harm: str


@cache
def hazards() -> Mapping[str, Hazard]:
    """Every hazard, by its number."""
    text = files("compounder").joinpath("checking", "hazards.json").read_text(encoding="utf-8")
    return {row["number"]: Hazard(**row) for row in json.loads(text)}
