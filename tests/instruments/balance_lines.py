"""Lines of balances, whole and spoiled, and what each may say at most: read column by column, a second time."""

import random
from collections.abc import Callable, Iterator

from bench.grammar import is_allowed
from compounder.domain.errors import CompoundingError
from compounder.instruments import mt_sics, sbi
from compounder.instruments.errors import LineRefused
from compounder.instruments.reading import BalanceReading

Parser = Callable[[str], BalanceReading]
UNITS = ("g", "mg", "kg")
LETTERS = "0123456789.,+- SDMNIEgmkGKct[]?!\x00\x11\r\t\u00b5\u0660\uff11\u00a0"
FIGURES = ("0", "0.0000", "0.250", "158.3", "12254.5", "999999.99", "0.000001", "7", "1234567")
FOREIGN = ("ct", "oz", "GN", "pcs", "%", "ug", "G", "Mg")


def mt_sics_line(figure: str, unit: str = "g", status: str = "S") -> str:
    return f"S {status} {figure:>10} {unit}"


def sbi_line(figure: str, unit: str = "g", sign: str = "+", name: str | None = None) -> str:
    identification = "" if name is None else f"{name:<6}"
    return f"{identification}{sign}{figure:>9} {unit:<3}"


def mt_sics_truth(line: str) -> str | None:
    """The reading that stands in the columns of the line, if a stable one does."""
    figure, unit = line[4:14].lstrip(" "), line[15:].rstrip(" ")
    is_reading = line[:4] == "S S " and line[14:15] == " " and is_allowed(figure) and unit in UNITS
    return f"{figure} {unit}" if is_reading else None


def sbi_truth(line: str) -> str | None:
    """As `mt_sics_truth`, in the columns of SBI."""
    name, value = line[:-14], line[-14:]
    if len(line) not in (14, 20) or name.rstrip(" ") not in ("", "N"):
        return None
    figure, unit = value[1:10].lstrip(" "), value[11:].rstrip(" ")
    is_reading = value[0] in "+ " and value[10] == " " and is_allowed(figure) and unit in UNITS
    return f"{figure} {unit}" if is_reading else None


PROTOCOLS: dict[str, tuple[Parser, Callable[[str], str | None]]] = {
    "mt-sics": (mt_sics.parse, mt_sics_truth),
    "sbi": (sbi.parse, sbi_truth),
}


def whole_lines() -> dict[str, list[str]]:
    """Lines as balances send them: stable, moving, without a unit, in foreign ones, and words."""
    units = (*UNITS, *FOREIGN, "")
    sics = [mt_sics_line(f, u, s) for f in (*FIGURES, "-0.250") for u in units for s in "SDMN"]
    words = ["S I", "S +", "S -", "S L", "ES", "ET", "EL", "S S Error 10b", 'I4 A "0123456789"', "Z A"]
    names = (None, "N", "G#", "T", "Stat", "Avg")
    plain = [sbi_line(f, u, s, n) for f in FIGURES for u in units for s in "+- " for n in names]
    said = ["      High    ", "      Low     ", "   Err  054   ", "     Cal.Ext. ", "      --      ", "+  123.5[6]g  "]
    return {"mt-sics": sics + words, "sbi": plain + said + [f"Stat  {text}" for text in said]}


def spoiled(line: str, other: str, chance: random.Random) -> str:
    """The line after one thing that goes wrong on a wire."""
    at, to = sorted(chance.choices(range(len(line) + 1), k=2))
    letter = chance.choice(LETTERS)
    return chance.choice(
        (
            line[:at] + letter + line[at + 1 :],  # a letter becomes another
            line[:at] + line[at + 1 :],  # one is lost
            line[:at] + line[to:],  # several are lost
            line[:at] + letter + line[at:],  # one comes from nowhere
            line[:to] + line[at:],  # some come twice
            line[:at] + line[at:to][::-1] + line[to:],  # some change places
            line[:at] + other[at:],  # two lines run into each other
            line[at:],
            line[:to],
        )
    )


def spoiled_lines(how_many: int, seed: int, protocol: str) -> Iterator[str]:
    """Lines of the protocol, each spoiled up to three times; some stay whole."""
    chance, whole = random.Random(seed), whole_lines()[protocol]
    for _ in range(how_many):
        line = chance.choice(whole)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
            line = spoiled(line, chance.choice(whole), chance)
        yield line


def said(parse: Parser, line: str) -> str | None:
    """The text of the reading, or nothing where the line was refused by name. `line` must be kept in both."""
    try:
        reading = parse(line)
    except LineRefused as refusal:
        return None if refusal.line == line and str(refusal) else "evidence lost"
    except CompoundingError as stray:
        return f"refused by the wrong name: {stray!r}"
    return reading.text if reading.line == line else "evidence lost"


def fuzz(how_many: int, seed: int, protocol: str) -> tuple[int, list[tuple[str, str | None]]]:
    """How many of the spoiled lines are readings still, and each on which parser and columns disagree."""
    parse, truth = PROTOCOLS[protocol]
    read, strays = 0, []
    for line in spoiled_lines(how_many, seed, protocol):
        found, expected = said(parse, line), truth(line)
        read += expected is not None
        if found != expected:
            strays.append((line, found))
    return read, strays
