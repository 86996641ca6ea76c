"""What a capsule really holds: an own model in fractions that shares no line with the program.

Masses in mg. A capsule is filled level: so many mg of mixture take the room of so many capsules, each powder by the net
mass of it alone that fills one (`room`, capsules per mg). Whoever has no guard reads any figure as far as it goes, or
leaves the commas out; of several such readings the worst counts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

Texts = Mapping[str, str]
IN_MG = {"mcg": Fraction(1, 1000), "mg": Fraction(1), "g": Fraction(1000), "kg": Fraction(10**6)}
MOLAR = {
    "naltrexone": Fraction("341.41"),
    "naltrexone hydrochloride": Fraction("377.86"),
    "naltrexone hydrochloride dihydrate": Fraction("413.89"),
}
HYDROCHLORIDE = "naltrexone hydrochloride"
MOVED = Fraction(1, 10)
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_UNIT = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Powder:
    """What lies in a jar: the drug in each mg of it, as the hydrochloride, and the room that a mg takes."""

    potency: Fraction
    room: Fraction


def figure(text: str) -> Fraction:
    """The figure as far as it goes; zero where there is none."""
    found = _FIGURE.search(text)
    return Fraction(found[0]) if found else Fraction(0)


def mass(text: str) -> Fraction:
    """The figure by its unit; without one, mg."""
    unit = _UNIT.search(text.partition(":")[2] or text)
    return figure(text.partition(":")[2] or text) * IN_MG.get(unit[0] if unit else "mg", Fraction(1))


def readings(text: str) -> Iterator[str]:
    """How somebody without a guard may read it: up to the first strange letter, or past the commas."""
    yield text
    if "," in text:
        yield text.replace(",", "")


def percent(texts: Texts, field: str) -> Fraction:
    """A percentage as a ratio; what is not written is none."""
    return figure(texts.get(field, "")) / 100


def mean(text: str) -> Fraction:
    """The mean of a list of figures."""
    found = [figure(each) for each in text.split()] or [Fraction(0)]
    return sum(found, Fraction(0)) / len(found)


def statistic(texts: Texts, jar: str) -> Fraction:
    """The net mass that fills a capsule: the shells taken off, or as it was written on receipt."""
    weighed = texts.get(f"{jar}-capsules.filled_weights")
    if weighed is not None:
        return mean(weighed) - mass(texts[f"{jar}-capsules.mean_empty_shell"])
    return mass(texts[f"{jar}.pack_statistics"])


def potency(texts: Texts) -> Fraction:
    """The drug in each mg of powder by its certificate, or of crushed tablets by their label."""
    if texts["drug.kind"] == "tablets":
        return mass(texts.get("drug.tablet_strength", "")) / (mean(texts.get("drug.weights", "")) or Fraction(1))
    moisture = {
        "anhydrous": percent(texts, "drug.water") + percent(texts, "drug.residual_solvent"),
        "dried": percent(texts, "drug.loss_on_drying"),
        "as-is": Fraction(0),
    }[texts["drug.assay_basis"]]
    counted = texts.get("drug.assay_expressed_as") or texts["drug.substance"]
    return percent(texts, "drug.assay") * (1 - moisture) * MOLAR[HYDROCHLORIDE] / MOLAR[counted]


def powder(texts: Texts) -> Powder:
    """The drug's jar as the papers describe it; what they make impossible is taken as hardly anything."""
    least = Fraction(1, 10**6)
    return Powder(max(potency(texts), least), 1 / max(statistic(texts, "drug"), least))


def diluted(drug: Powder, filler: Powder, part: Fraction) -> Powder:
    """A mixture that is drug by this part."""
    return Powder(drug.potency * part, drug.room * part + filler.room * (1 - part))


@dataclass(frozen=True)
class Filled:
    """What a capsule of a mixture holds of the drug, what it weighs without its shell, both in mg, and how many are
    filled for each that was planned."""

    content: Fraction
    net: Fraction
    share: Fraction

    def moves(self, prescribed: Fraction) -> bool:
        """Whether the dose is more than a tenth off."""
        return abs(self.content / prescribed - 1) > MOVED


def filled(drug: Powder, of_drug: Fraction, filler: Powder, of_filler: Fraction) -> Filled:
    """Capsules filled level from so much of both for each that was planned."""
    room = of_drug * drug.room + of_filler * filler.room or Fraction(1)
    return Filled(content=of_drug * drug.potency / room, net=(of_drug + of_filler) / room, share=room)


def planned(strength: Fraction, drug: Powder, filler: Powder) -> tuple[Fraction, Fraction]:
    """Drug and filler for one capsule by figures that may be wrong; filler cannot be less than none."""
    of_drug = strength / drug.potency
    return of_drug, max((1 - of_drug * drug.room) / filler.room, Fraction(0))
