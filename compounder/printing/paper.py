"""What is printed on: sheets for worksheets, stocks for labels.

Sizes: A4 (ISO 216) and Letter (ANSI A). Label sheets of 2 × 7: 99.1 × 38.1 mm on A4, 4 × 1⅓ in on Letter, with the
customary margins of those sheets.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Width and height in millimetres."""

    width: Decimal
    height: Decimal

    def css(self) -> str:
        return f"{self.width}mm {self.height}mm"


class Paper(Enum):
    """What a worksheet is printed on."""

    A4 = Rectangle(Decimal(210), Decimal(297))
    LETTER = Rectangle(Decimal("215.9"), Decimal("279.4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSheet:
    """A sheet of labels, in millimetres: where the first one lies, and how far it is to the next."""

    paper: Paper
    columns: int
    rows: int
    left: Decimal
    top: Decimal
    across: Decimal
    down: Decimal

    @property
    def places(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[Decimal, Decimal]:
        """Left and top edge, in millimetres, of the label at `place`, counted from 0 along the rows."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.across, self.top + row * self.down


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStock:
    """One kind of label: its size, how its words are arranged, and its sheet unless it comes on a roll."""

    name: str
    label: Rectangle
    arrangement: str
    sheet: LabelSheet | None = None

    @property
    def places(self) -> int:
        return self.sheet.places if self.sheet else 1


SMALL = LabelStock(name="62 × 29 mm", label=Rectangle(Decimal(62), Decimal(29)), arrangement="small")
LARGE = LabelStock(name="100 × 50 mm", label=Rectangle(Decimal(100), Decimal(50)), arrangement="large")
SHEET_A4 = LabelStock(
    name="A4 sheet, 2 × 7",
    label=Rectangle(Decimal("99.1"), Decimal("38.1")),
    arrangement="sheet",
    sheet=LabelSheet(
        paper=Paper.A4,
        columns=2,
        rows=7,
        left=Decimal("4.65"),
        top=Decimal("15.15"),
        across=Decimal("101.6"),
        down=Decimal("38.1"),
    ),
)
SHEET_LETTER = LabelStock(
    name="Letter sheet, 2 × 7",
    label=Rectangle(Decimal("101.6"), Decimal("33.867")),
    arrangement="sheet",
    sheet=LabelSheet(
        paper=Paper.LETTER,
        columns=2,
        rows=7,
        left=Decimal("3.969"),
        top=Decimal("21.167"),
        across=Decimal("106.363"),
        down=Decimal("33.867"),
    ),
)
STOCKS = (SMALL, LARGE, SHEET_A4, SHEET_LETTER)
ROLL = LabelStock(name="99 × 38 mm", label=Rectangle(Decimal(99), Decimal(38)), arrangement="sheet")
PATIENT_STOCKS = (ROLL, LARGE, SHEET_A4, SHEET_LETTER)
"""What a patient's label may be printed on: nothing smaller holds its words at a size that is read."""
