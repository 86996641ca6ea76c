"""Past batches as a sheet: a row says what the document of one says, under the same names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from compounder.codec.sheets import BETWEEN, Column, line_of
from compounder.domain.bounds import MOST_CAPSULES, require_length
from compounder.domain.calendar import parse_day
from compounder.domain.errors import NotANumber
from compounder.domain.record.past_batch import LONGEST_LINE, LONGEST_NUMBER, MOST_LOTS, PastLot
from compounder.domain.units import MASS_PER_CAPSULE, parse_count, parse_count_text


def _capsules(text: str) -> None:
    parse_count(text, most=MOST_CAPSULES)


def _lots(text: str) -> None:
    """Refuses what names no lots, such as `Hillcrest: NTX-2411 | MCC-118`."""
    require_length(list(_named(text)), MOST_LOTS, "")
    for maker, number in _named(text):
        PastLot(maker=maker, lot_number=number)


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Maker, where there is one, and number of each lot."""
    for part in text.split(BETWEEN):
        maker, colon, number = part.partition(": ")
        yield (maker.strip(), number.strip()) if colon else ("", part.strip())


_LINE: Final = line_of(LONGEST_LINE)
COLUMNS: Final = (
    Column(
        name="lot_number",
        says="the batch's lot number, as on its label",
        example="N-2024-117",
        is_needed=True,
        check=line_of(LONGEST_NUMBER),
    ),
    Column(
        name="formulation",
        says="what was made",
        example="Naltrexone hydrochloride capsules",
        is_needed=True,
        check=_LINE,
    ),
    Column(name="strength", says="of a capsule", example="1.5 mg", is_needed=True, dimension=MASS_PER_CAPSULE),
    Column(
        name="strength_basis",
        says="what the strength is stated as",
        example="naltrexone hydrochloride",
        check=_LINE,
    ),
    Column(name="capsules", says="how many were made", example="100", is_needed=True, check=_capsules),
    Column(name="made_on", says="the day of compounding", example="2024-05-17", is_needed=True, check=parse_day),
    Column(name="beyond_use_date", says="as on its label", example="2025-05-16", is_needed=True, check=parse_day),
    Column(
        name="ingredient_lots",
        says="maker: lot number, with | between them; the maker may be left out",
        example="Hillcrest: NTX-2310 | Crème & Søn: MCC-104",
        check=_lots,
    ),
    Column(
        name="reference",
        says="where the record is: folder and sheet, or its number in the other system",
        example="Folder 3, sheet 17",
        is_needed=True,
        check=_LINE,
    ),
    Column(name="made_by", says="who made it", example="Anna Müller", check=_LINE),
    Column(name="note", says="anything else"),
)


def document_of(cells: Mapping[str, str]) -> Mapping[str, Any]:
    """The document of a past batch that a row describes, to be read as any other."""
    document: dict[str, Any] = dict(cells)
    if "capsules" in cells:
        document["capsules"] = _whole(cells["capsules"])
    if "ingredient_lots" in cells:
        document["ingredient_lots"] = [
            {"maker": maker, "lot_number": number} for maker, number in _named(cells["ingredient_lots"])
        ]
    return document


def _whole(text: str) -> int | str:
    """The number that a cell writes; what is none is refused where the cell is looked at."""
    try:
        return parse_count_text(text)
    except NotANumber:
        return text
