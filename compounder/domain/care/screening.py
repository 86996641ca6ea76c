"""Safety questions before low-dose naltrexone is dispensed: opioids among the medicines, the liver, an allergy.

Naltrexone takes an opioid's effect away: contraindicated with opioid painkillers, cough and diarrhoea remedies,
methadone and buprenorphine; 7–10 days free of short-acting ones, up to 14 after buprenorphine or methadone; hepatitis
or liver failure on older labels; hypersensitivity. Source: labels of naltrexone hydrochloride tablets.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Final

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.bounds import require_count, require_text
from compounder.domain.errors import NotAccepted
from compounder.domain.findings import Finding, decide
from compounder.domain.wording import normalised

LONGEST_NAME: Final = 60
SHORTEST_GUESS: Final = 5
"""A shorter name is not looked for with a slip in it: too many words are one letter away."""
SHORTEST_BEGINNING: Final = 6
"""A longer word that begins with a name of so many letters is asked about, such as Fentanylpflaster."""
LONGEST_REFERENCE: Final = 300
LONGEST_WASHOUT: Final = 90
"""Days: no opioid stays longer."""
_WORD: Final = re.compile(r"\w+")
_PART: Final = re.compile(r"\d+|[^\W\d_]+")
_ATC: Final = re.compile(r"[A-Z][0-9]{2}[A-Z]{1,2}([0-9]{2})?", re.ASCII)


class Acting(StrEnum):
    """How long an opioid stays."""

    SHORT = "short"
    LONG = "long"


WASHOUT: Final = {Acting.SHORT: "7 to 10 days", Acting.LONG: "up to 14 days"}
"""How long somebody is to be free of it before the first dose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opioid:
    """A name that an opioid goes by, generic or brand. `reference` is empty where nobody has verified it yet.

    `days_free` is how many days without it a site asks for, where those are not the usual ones.
    """

    name: str
    atc: str
    acting: Acting
    reference: str = ""
    days_free: int | None = field(default=None, metadata=ABSENT_WHILE_EMPTY)

    def __post_init__(self) -> None:
        require_text(self.name, LONGEST_NAME, "name")
        if not self.words:
            raise NotAccepted(read=self.name, accepted="a name with letters or digits", field_name="name")
        if not _ATC.fullmatch(self.atc):
            raise NotAccepted(read=self.atc, accepted="an ATC code such as N02AA01 or N02AJ", field_name="atc")
        if self.reference:
            require_text(self.reference, LONGEST_REFERENCE, "reference")
        if self.days_free is not None:
            require_count(self.days_free, 1, LONGEST_WASHOUT, "days_free")

    @property
    def code(self) -> str:
        """What names it in the journal and in addresses: `co-phenotrope`."""
        return "-".join(self.words)

    @property
    def washout(self) -> str:
        """How long somebody is to be free of it before the first dose."""
        if self.days_free is None:
            return WASHOUT[self.acting]
        return f"{self.days_free} days" if self.days_free > 1 else "1 day"

    @property
    def words(self) -> tuple[str, ...]:
        """What is compared of the name."""
        return words_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidVersion:
    """What is said of a name since this version of it, and why."""

    version: int
    opioid: Opioid
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, LONGEST_REFERENCE, "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Words as somebody typed them that are an opioid's name, or are one slip away from it."""

    read: str
    opioid: Opioid
    is_exact: bool


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents.

    >>> words_of("Padéryl, 20 mg")
    ('paderyl', '20', 'mg')
    """
    return tuple(_WORD.findall(normalised(text)))


def matches(medicines: str, opioids: Iterable[Opioid]) -> tuple[Match, ...]:
    """Every opioid that medicines as typed name, each read once; a name that is typed rightly before a guess."""
    typed = _parts(words_of(medicines))
    found = [match for opioid in opioids for match in _found(typed, opioid)]
    exact = {word for match in found if match.is_exact for word in match.read.split()}
    kept: dict[str, Match] = {}
    for match in sorted(found, key=lambda each: (not each.is_exact, -len(each.read))):
        if match.is_exact or not exact & set(match.read.split()):
            kept.setdefault(match.read, match)
    return tuple(kept.values())


def _parts(words: Iterable[str]) -> tuple[str, ...]:
    """Words without what is written into them, such as the `50` and `mg` of `tramadol50mg`."""
    return tuple(part for word in words for part in _PART.findall(word))


def _found(typed: tuple[str, ...], opioid: Opioid) -> Iterator[Match]:
    names = _parts(opioid.words)
    name = " ".join(names)
    for read in _read_as(typed, len(names)):
        if read == name:
            yield Match(read=read, opioid=opioid, is_exact=True)
        elif _may_be(read, name):
            yield Match(read=read, opioid=opioid, is_exact=False)


def _read_as(typed: tuple[str, ...], words: int) -> Iterator[str]:
    """What was typed, as so many words together; a space too many or too few is a slip as any other."""
    for count in range(max(words - 1, 1), words + 2):
        for start in range(len(typed) - count + 1):
            yield " ".join(typed[start : start + count])


def _may_be(read: str, name: str) -> bool:
    """A letter beside the figure of a name is parted from it as a figure is, which is no second slip."""
    begins = len(name) >= SHORTEST_BEGINNING and read.startswith(name) and " " not in read
    figures = set(filter(str.isdecimal, read))
    if figures and figures <= set(name):
        read, name = read.replace(" ", ""), name.replace(" ", "")
    return begins or (len(name) >= SHORTEST_GUESS and is_one_slip_away(read, name))


def is_one_slip_away(read: str, name: str) -> bool:
    """Whether a letter too many, too few, another, or two swapped neighbours make one of the other.

    >>> [is_one_slip_away(read, "codeine") for read in ("codein", "codiene", "kodeine", "coding")]
    [True, True, True, False]
    """
    if abs(len(read) - len(name)) > 1 or read == name:
        return False
    start = next((at for at, pair in enumerate(zip(read, name, strict=False)) if pair[0] != pair[1]), len(name))
    if len(read) != len(name):
        shorter, longer = sorted((read, name), key=len)
        at = min(start, len(shorter))
        return shorter[at:] == longer[at + 1 :]
    swapped = read[start : start + 2] == name[start : start + 2][::-1] and read[start + 2 :] == name[start + 2 :]
    return swapped or read[start + 1 :] == name[start + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was asked of a patient: medicines taken now as typed, a disease of the liver, hypersensitivity."""

    medicines: str
    has_liver_disease: bool
    is_hypersensitive: bool


def screen(answers: Answers, opioids: Iterable[Opioid]) -> tuple[Finding, ...]:
    """What a pharmacist decides on before the first capsule is given out; empty where nothing speaks against it."""
    return tuple(chain(map(_named, matches(answers.medicines, opioids)), _conditions(answers)))


def _named(match: Match) -> Finding:
    name, free = match.opioid.name, f"{match.opioid.washout} without it before the first dose"
    if match.is_exact:
        return decide("opioid-named", f"“{match.read}” is {name}, an opioid. Naltrexone blocks it; {free}.")
    return decide("opioid-perhaps", f"“{match.read}” may be {name}, an opioid. Ask; if it is, {free}.")


def _conditions(answers: Answers) -> Iterator[Finding]:
    if answers.has_liver_disease:
        yield decide("liver-disease", "A disease of the liver: older labels name hepatitis. Ask the prescriber.")
    if answers.is_hypersensitive:
        yield decide("hypersensitivity", "Hypersensitive to naltrexone or the filler. Ask the prescriber.")
