"""What an order says, in fractions: masses in mg, volumes in mL, percentages as ratios; and the bounds of the trade."""

import calendar
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

Document = Mapping[str, Any]

IN_MG = {"mcg": Fraction(1, 1000), "mg": Fraction(1), "g": Fraction(1000), "kg": Fraction(10**6)}
LADDER = ("000", "00", "0", "1", "2", "3", "4", "5")
NOMINAL = dict(
    zip(LADDER, map(Fraction, ("1.37", "0.95", "0.68", "0.50", "0.37", "0.30", "0.21", "0.13")), strict=True)
)
HYDROCHLORIDE, BASE = "naltrexone hydrochloride", "naltrexone"
DIHYDRATE = "naltrexone hydrochloride dihydrate"
MOLAR = {BASE: Fraction("341.41"), HYDROCHLORIDE: Fraction("377.86"), DIHYDRATE: Fraction("413.89")}
HYDRATION = {DIHYDRATE: Fraction("36.03") / Fraction("413.89")}
TAPPED = Fraction(450)
POWDERS = ("active", "filler")


class Refused(Exception):
    """No answer; `codes` say why."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = set(codes)


def mass(text: str) -> Fraction:
    """Milligrams."""
    figure, unit = text.split(" ")
    return Fraction(figure) * IN_MG[unit]


def share(document: Document, key: str, default: str = "0") -> Fraction:
    """A percentage as a ratio."""
    return Fraction(document.get(key) or default) / 100


def limits(order: Document) -> Document:
    """What the formulation allows, if one is named."""
    return order.get("formulation") or {}


def volumes(order: Document) -> Mapping[str, Fraction]:
    """The order's volumes, in mL; else the nominal ones."""
    given = order.get("capsule_volumes")
    return NOMINAL if given is None else {size: Fraction(text.split(" ")[0]) for size, text in given.items()}


def expiry(powder: Document) -> date:
    """A month means its last day."""
    text = powder["expires_on"]
    if len(text) > len("2028-06"):
        return date.fromisoformat(text)
    year, month = map(int, text.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def read_bounds(order: Document) -> None:
    """Percentages and counts within the bounds of the trade."""
    active, extra = order["active"], order["extra_capsules"]
    bounded = [(share(active, "assay_percent"), "0.5", "1.1"), (share(order, "active_overage_percent"), "0", "0.1")]
    moistures = ("water_percent", "loss_on_drying_percent", "residual_solvent_percent")
    bounded += [(share(active, key), "0", "0.3") for key in moistures]
    bounded += [(share(active, "water_percent") + share(active, "residual_solvent_percent"), "0", "0.3")]
    bounded += [(share(extra, "percent"), "0", "0.5"), (Fraction(extra.get("count", 0)), "0", "50")]
    bounded += [(share(order, "weighing_tolerance_percent", "1"), "0.0001", "0.1")]
    bounded += [(Fraction(line["capsules"]), "1", "100000") for line in order["strengths"]]
    if any(not Fraction(least) <= value <= Fraction(most) for value, least, most in bounded):
        raise Refused("out-of-bounds")
    allowed = limits(order).get("capsule_sizes")
    if order["capsule_size"] and allowed and order["capsule_size"] not in allowed:
        raise Refused("not-accepted")
