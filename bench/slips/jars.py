"""The jars on the shelf, each as its certificate or label, its pack and the filled capsules of it have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bench.slips.reckoning import HYDROCHLORIDE, Texts

SHELL = Fraction(48)
DIHYDRATE, BASE = "naltrexone hydrochloride dihydrate", "naltrexone"
WEIGHTS_OF_TABLETS = "140.2 139.6 141 140.4 139.9 140.8 139.4 140.1 140.6 139.8 " * 2
SPREAD = ("-0.9", "0.8", "0", "-0.4", "0.3", "-0.2", "0.5", "-0.1")


@dataclass(frozen=True)
class Jar:
    """A lot as somebody who makes no slip receives it: what is typed at receipt, and when capsules of it are weighed;
    `packs` is the net mass of it alone that fills a size 3."""

    number: str
    received: Texts
    packs: int
    is_measured: bool = False

    def texts(self, form: str) -> dict[str, str]:
        """What is typed of it, by form and field."""
        received = {f"{form}.{field}": text for field, text in self.received.items()}
        if not self.is_measured:
            return {**received, f"{form}.pack_statistics": f"3: {self.packs} mg"}
        weights = " ".join(f"{float(self.packs + SHELL + Fraction(off)):.1f}" for off in SPREAD)
        weighed = {f"{form}-capsules.filled_weights": weights, f"{form}-capsules.mean_empty_shell": f"{SHELL} mg"}
        return {**received, **weighed}


def _received(number: str, substance: str, quantity: str, **more: str) -> Texts:
    return {
        "kind": "powder",
        "substance": substance,
        "maker": "Hillcrest",
        "lot_number": number,
        "quantity": quantity,
        "received_on": "2026-09-01",
        "expires_on": "2029-01-31",
        "assay_basis": "anhydrous",
        "assay_expressed_as": "",
        **more,
    }


def _tablets(number: str, strength: str, weights: str) -> Texts:
    return _received(number, HYDROCHLORIDE, "700 g", kind="tablets", tablet_strength=strength, weights=weights.strip())


_BASE, _SALT = {"cas_number": "16590-41-3"}, {"cas_number": "16676-29-2"}
"""As the certificates print them; that of the dihydrate prints the anhydrous salt's."""
_WET = {**_SALT, "assay": "99", "water": "8.9", "assay_expressed_as": HYDROCHLORIDE}
_DRUGS = (
    Jar("NTX-1", _received("NTX-1", HYDROCHLORIDE, "500 g", **_SALT, assay="99.2", water="1.6"), 180),
    Jar(
        "NTX-2", _received("NTX-2", HYDROCHLORIDE, "500 g", **_SALT, assay="100.4", water="0.4"), 172, is_measured=True
    ),
    Jar(
        "NTX-3",
        _received("NTX-3", HYDROCHLORIDE, "500 g", **_SALT, assay="99.8", water="0.52", residual_solvent="0.15"),
        185,
    ),
    Jar(
        "NTX-4",
        _received("NTX-4", HYDROCHLORIDE, "500 g", **_SALT, assay="98.7", loss_on_drying="0.8", assay_basis="dried"),
        180,
        is_measured=True,
    ),
    Jar("NTX-5", _received("NTX-5", HYDROCHLORIDE, "500 g", **_SALT, assay="97.6", assay_basis="as-is"), 178),
    Jar("DIH-1", _received("DIH-1", DIHYDRATE, "500 g", **_WET), 176),
    Jar("BASE-1", _received("BASE-1", BASE, "500 g", **_BASE, assay="99.4", water="0.3"), 190),
    Jar("TAB-50", _tablets("TAB-50", "50 mg", WEIGHTS_OF_TABLETS), 170),
)
_FILLERS = (
    Jar("MCC-1", _received("MCC-1", "microcrystalline cellulose", "20 kg", grade="PH-102"), 120),
    Jar("MCC-2", _received("MCC-2", "microcrystalline cellulose", "20 kg", grade="PH-102"), 113, is_measured=True),
)
DRUGS: Mapping[str, Jar] = {jar.number: jar for jar in _DRUGS}
FILLERS: Mapping[str, Jar] = {jar.number: jar for jar in _FILLERS}
