"""What a line of a balance says: a stable reading with its own digits, or one named refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.units import READING, parse_quantity
from compounder.instruments import mt_sics, sbi
from compounder.instruments.errors import (
    BalanceBusy,
    BalanceFault,
    BelowItsMinimum,
    Calibrating,
    CommandNotUnderstood,
    ForeignUnit,
    LineRefused,
    NegativeWeight,
    NotANetWeight,
    Overload,
    Underload,
    UnitMissing,
    UnreadableLine,
    Unstable,
)
from tests.instruments.balance_lines import UNITS, Parser, mt_sics_line, sbi_line

figures = st.from_regex(r"(0|[1-9][0-9]{0,4})(\.[0-9]{1,3})?", fullmatch=True)
units = st.sampled_from(UNITS)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("S S     100.00 g", "100.00 g"),  # the manual's own example
        ("S S     158.30 mg", "158.30 mg"),
        ("S S      0.250 g", "0.250 g"),
        ("S S          1 kg", "1 kg"),
        ("S S     0.0000 g", "0.0000 g"),
    ],
)
def test_a_stable_line_of_mt_sics_is_a_reading_with_the_digits_of_the_balance(line: str, text: str) -> None:
    found = mt_sics.parse(line)
    assert (found.text, found.line) == (text, line)
    assert found.reading == parse_quantity(text, READING)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("+   123.56 g  ", "123.56 g"),  # the manual's own example
        ("N     +   123.56 g  ", "123.56 g"),  # with its identification
        ("      +   123.56 g  ", "123.56 g"),
        ("    158.30 mg ", "158.30 mg"),
        ("+    0.250 g  ", "0.250 g"),
        ("+        1 kg ", "1 kg"),
    ],
)
def test_a_stable_line_of_sbi_is_a_reading_with_the_digits_of_the_balance(line: str, text: str) -> None:
    found = sbi.parse(line)
    assert (found.text, found.line) == (text, line)
    assert found.reading == parse_quantity(text, READING)


@given(figure=figures, unit=units)
def test_digits_go_through_as_they_are(figure: str, unit: str) -> None:
    assert mt_sics.parse(mt_sics_line(figure, unit)).text == f"{figure} {unit}"
    assert sbi.parse(sbi_line(figure, unit)).text == f"{figure} {unit}"
    assert sbi.parse(sbi_line(figure, unit, name="N")).text == f"{figure} {unit}"


@given(figure=figures, unit=units)
def test_a_value_that_moves_is_never_a_reading(figure: str, unit: str) -> None:
    for parse, line in (
        (mt_sics.parse, mt_sics_line(figure, unit, "D")),
        (mt_sics.parse, mt_sics_line(figure, unit, "N")),
        (sbi.parse, sbi_line(figure, "")),
        (sbi.parse, sbi_line(figure, "", name="N")),
    ):
        with pytest.raises(Unstable):
            parse(line)


MT_SICS = [
    ("S I", BalanceBusy),
    ("S +", Overload),
    ("S -", Underload),
    ("S L", CommandNotUnderstood),
    ("ES", CommandNotUnderstood),
    ("ET", CommandNotUnderstood),
    ("EL", CommandNotUnderstood),
    ("S D     100.00 g", Unstable),
    ("S D     100.00", Unstable),
    ("S M     100.00 g", BelowItsMinimum),
    ("S S     100.00", UnitMissing),
    ("S S     100.00 ", UnitMissing),
    ("S S    -100.00 g", NegativeWeight),
    ("S S     -0.000 g", NegativeWeight),
    ("S S     100.00 ct", ForeignUnit),
    ("S S     100.00 µg", ForeignUnit),
    ("S S     100.00 G", ForeignUnit),
    ("S S   Error 10b", BalanceFault),
    ("S S    100.00 g", UnreadableLine),  # a column too few: a digit may be lost
    ("S S      100.00 g", UnreadableLine),
    ("S S       1 kg   ", UnreadableLine),
    ("S S     100,00 g", UnreadableLine),
    ("S S     0100.0 g", UnreadableLine),
    ("S S     1.00.0 g", UnreadableLine),
    ("S S     100.00g", UnreadableLine),
    ("S S     100.00 g S S     100.00 g", UnreadableLine),
    ('I4 A "0123456789"', UnreadableLine),  # what it says when it is switched on
    ("   100.00 g", UnreadableLine),  # the end of a line
    ("", UnreadableLine),
]
SBI = [
    ("+   123.56    ", Unstable),
    ("N     +   123.56    ", Unstable),
    ("      High    ", Overload),
    ("         H    ", Overload),
    ("Stat        HH      ", Overload),
    ("Stat        High    ", Overload),
    ("      Low     ", Underload),
    ("Stat        L       ", Underload),
    ("   Cal.Int.   ", Calibrating),
    ("         C    ", Calibrating),
    ("   Err  054   ", BalanceFault),
    ("Stat     ERR 54     ", BalanceFault),
    ("Stat     APP.ER     ", BalanceFault),
    ("-   123.56 g  ", NegativeWeight),
    ("+   123.56 ct ", ForeignUnit),
    ("+      253 pcs", ForeignUnit),
    ("G#    +   123.56 g  ", NotANetWeight),
    ("T1    +   123.56 g  ", NotANetWeight),
    ("Avg   +   123.56 g  ", NotANetWeight),
    ("Stat  +   123.56 g  ", UnreadableLine),
    ("+  123.5[6]g  ", UnreadableLine),
    ("      --      ", UnreadableLine),
    ("+  123.56 g  ", UnreadableLine),  # a column too few: a digit may be lost
    ("+   123.56 g ", UnreadableLine),
    ("+   1.5 g     ", UnreadableLine),
    ("+   123,56 g  ", UnreadableLine),
    ("              ", UnreadableLine),
]


@pytest.mark.parametrize(
    ("parse", "line", "refusal"),
    [(mt_sics.parse, *row) for row in MT_SICS] + [(sbi.parse, *row) for row in SBI],
)
def test_every_other_line_is_refused_by_name_in_a_sentence(
    parse: Parser, line: str, refusal: type[LineRefused]
) -> None:
    with pytest.raises(LineRefused) as refused:
        parse(line)
    assert type(refused.value) is refusal
    assert refused.value.line == line
    assert str(refused.value).endswith(".")
    assert len(str(refused.value).replace(line, "line").split()) <= 20


def test_a_refusal_names_the_unit_the_fault_and_the_kind_of_weight() -> None:
    assert said(mt_sics.parse, "S S     100.00 ct") == 'The balance weighs in "ct"; set it to g, mg or kg.'
    assert said(sbi.parse, "   Err  054   ") == "The balance reports error 054; look it up in its manual."
    assert '"G#"' in said(sbi.parse, "G#    +   123.56 g  ")


def said(parse: Parser, line: str) -> str:
    with pytest.raises(LineRefused) as refused:
        parse(line)
    return str(refused.value)
