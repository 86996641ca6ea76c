"""What a scan says: one of our own lots, a maker's pack in GS1's language, or a maker's lot number as plain text.

A scanner types what the code holds, perhaps with a symbology identifier before it (`]d2`). In GS1's language each
field begins with its application identifier: (01) product number (GTIN), (17) expiry and others have a fixed length;
(10) lot and (21) serial number end with a separator (FNC1, sent as GS, character 29) unless they are last. Day 00 is
the last day of the month. A code is read as GS1 when its identifier says so, when a separator is in it, or when it
begins with (01) and fourteen digits. Other text is a lot number as it stands.

A scanner that drops separators makes a lot swallow the fields after it. What looks so is refused, not guessed; but our
own lot numbers have one length and a check character, and what follows one is the bottle's serial number.

Somebody may also type what is printed, with its brackets: `(01)09521234000013(10)261121A0078`.

Sources: GS1 General Specifications, 3 (application identifiers), 5.1.2 (symbology identifiers), 7.8 (element strings),
7.9 (check digits), 7.12 (years); ISO/IEC 15424, ISO/IEC 21471 (`]d8`).
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from compounder.instruments.scan_errors import (
    NotAnExpiry,
    SaidTwice,
    SeparatorMissing,
    UnreadableScan,
    WrongCheckCharacter,
    WrongCheckDigit,
)

GS = "\x1d"
_GTIN, _LOT, _EXPIRY, _SERIAL = "01", "10", "17", "21"
_DATES = {"11", "13", "15", "17"}
_GS1_CODES = {"]C1", "]d2", "]d8", "]Q3", "]e0", "]J1"}
_PRODUCT_CODES = {"]E0", "]E4", "]I1"}
_GTIN_LENGTHS = (8, 12, 13, 14)
_LONGEST, _LONGEST_LOT = 200, 60
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
_GS1_LETTERS = re.compile(r'[!"%-?A-Z_a-z\x1d]+', re.ASCII)
_BEGINS_AS_GS1 = re.compile(r"01[0-9]{14}", re.ASCII)
_SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)
_FIELD_BEGINS = re.compile(r"$|01|1[01357]|21", re.ASCII)
_AS_PRINTED = re.compile(r"\(([0-9]{2,4})\)", re.ASCII)
_OURS_RUN_ON = re.compile(r"(01[0-9]{14}17[0-9]{6}10([0-9]{6}[A-Z][0-9]{3}[0-9A-Z]))(21.+)", re.ASCII)
_OUR_FORM = re.compile(r"[0-9]{6}[A-Z][0-9]{3}[0-9A-Z]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OurLot:
    """One of our own lots: a batch or a trituration."""

    lot_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakersLot:
    """A lot number as the maker's code writes it."""

    lot_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakersPack:
    """What a GS1 code says of a pack; what it does not say is None. `text` is the whole scan, as it came."""

    gtin: str | None
    lot_number: str | None
    expires_on: date | None
    serial_number: str | None
    text: str


Scan = OurLot | MakersLot | MakersPack


def read_scan(text: str, *, is_ours: Callable[[str], bool], today: date) -> Scan:
    """What the scan says. `is_ours` knows our lot numbers by their check character; `today` settles the century.

    Refuses by name (`ScanRefused`): wrong check digits and characters, dates that the calendar does not have, fields
    that run together, and what names no lot.

    >>> read_scan("]d2010950600013435217281200" + "10ABC", is_ours=lambda _: False, today=date(2026, 11, 21))
    ... # doctest: +ELLIPSIS
    MakersPack(gtin='09506000134352', lot_number='ABC', expires_on=datetime.date(2028, 12, 31), serial_number=None, ...
    """
    scan = text.strip(" \t\r\n")
    if len(scan) > _LONGEST:
        raise UnreadableScan(read=scan)
    identifier = scan[:3] if _IDENTIFIER.match(scan) else ""
    said = _as_sent(scan.removeprefix(identifier))
    if identifier in _PRODUCT_CODES:
        return MakersPack(gtin=_product_number(said), lot_number=None, expires_on=None, serial_number=None, text=text)
    if identifier in _GS1_CODES or GS in said or _BEGINS_AS_GS1.match(said):
        return _pack(said, text, is_ours, today)
    return _lot(said, is_ours)


def is_surely_a_code(text: str) -> bool:
    """Whether nobody means the text as it stands: it begins with a symbology identifier, or is in GS1's language."""
    said = _as_sent(text.strip(" \t\r\n"))
    return bool(_IDENTIFIER.match(said) or GS in said or _BEGINS_AS_GS1.match(said))


def _as_sent(said: str) -> str:
    """The text with a separator in place of each bracketed identifier's brackets; as it is without any."""
    return _AS_PRINTED.sub(rf"{GS}\1", said).removeprefix(GS) if _AS_PRINTED.match(said) else said


def has_our_form(text: str) -> bool:
    """Whether the text has the form of our own lot numbers, whatever its check character says."""
    return bool(_OUR_FORM.fullmatch(text))


def _lot(said: str, is_ours: Callable[[str], bool]) -> OurLot | MakersLot:
    if is_ours(said):
        return OurLot(lot_number=said)
    if has_our_form(said):
        raise WrongCheckCharacter(read=said)
    if not said or len(said) > _LONGEST_LOT or not said.isprintable() or "://" in said:
        raise UnreadableScan(read=said)
    return MakersLot(lot_number=said)


def _pack(said: str, text: str, is_ours: Callable[[str], bool], today: date) -> MakersPack:
    fields = _fields(_parted(said, is_ours))
    if not fields.keys() & {_GTIN, _LOT, _EXPIRY, _SERIAL}:
        raise UnreadableScan(read=said)
    if GS not in said.strip(GS):
        _refuse_swallowed_fields(fields)
    return MakersPack(
        gtin=_product_number(fields[_GTIN]) if _GTIN in fields else None,
        lot_number=fields.get(_LOT),
        expires_on=_expiry(fields[_EXPIRY], today) if _EXPIRY in fields else None,
        serial_number=fields.get(_SERIAL),
        text=text,
    )


def _fields(said: str) -> dict[str, str]:
    """Each field's value by its application identifier."""
    if not _GS1_LETTERS.fullmatch(said):
        raise UnreadableScan(read=said)
    fields: dict[str, str] = {}
    for part in said.split(GS):
        for identifier, value in _elements(part):
            if fields.setdefault(identifier, value) != value:
                raise SaidTwice(read=value)
    return fields


def _parted(said: str, is_ours: Callable[[str], bool]) -> str:
    """The code of a bottle of ours with the separator that the scanner dropped; any other code as it is."""
    found = _OURS_RUN_ON.fullmatch(said)
    return f"{found[1]}{GS}{found[3]}" if found and is_ours(found[2]) else said


def _elements(part: str) -> Iterator[tuple[str, str]]:
    """The fields between two separators; one of variable length is the last of them."""
    from biip import ParseConfig, ParseError  # noqa: PLC0415 - a fifth of a second, and only GS1 codes need it
    from biip.gs1_element_strings import GS1ElementString  # noqa: PLC0415 - as above

    undated = ParseConfig(gs1_element_strings_verify_date=False)  # its century would come from its own clock
    while part:
        try:
            element = GS1ElementString.extract(part, config=undated)
        except ParseError:
            raise _unreadable(part) from None
        yield element.ai.ai, element.value
        part = part[len(element) :]
        if part and element.ai.separator_required:
            raise SeparatorMissing(read=element.value + part)


def _unreadable(part: str) -> NotAnExpiry | UnreadableScan:
    if part.startswith(_EXPIRY) and _SIX_DIGITS.match(part, 2):
        return NotAnExpiry(read=part[2:8])
    return UnreadableScan(read=part)


def _product_number(digits: str) -> str:
    """The GTIN in fourteen digits, its check digit verified."""
    from biip.checksums import gs1_standard_check_digit  # noqa: PLC0415 - as in _elements

    if not (digits.isascii() and digits.isdecimal() and len(digits) in _GTIN_LENGTHS):
        raise UnreadableScan(read=digits)
    if gs1_standard_check_digit(digits[:-1]) != int(digits[-1]):
        raise WrongCheckDigit(read=digits)
    return digits.zfill(14)


def _expiry(digits: str, today: date) -> date:
    """The day that YYMMDD writes, at most 49 years back and 50 ahead; day 00 is the last of the month."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    year += (today.year - year + 50) // 100 * 100
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        raise NotAnExpiry(read=digits) from None


def _refuse_swallowed_fields(fields: dict[str, str]) -> None:
    """Without a separator, a lot or serial number that holds another field whole has swallowed it."""
    for value in (fields.get(_LOT, ""), fields.get(_SERIAL, "")):
        if any(_is_field(value[at:], fields) for at in range(1, len(value))):
            raise SeparatorMissing(read=value)


def _is_field(text: str, known: dict[str, str]) -> bool:
    """Whether `text` begins with a whole field that the code does not have elsewhere."""
    identifier, end = text[:2], 16 if text.startswith(_GTIN) else 8
    if identifier in known or len(text) < end or not _FIELD_BEGINS.match(text, end):
        return False
    if identifier == _GTIN:
        return _is_sound(_product_number, text[2:end])
    return identifier in _DATES and bool(_SIX_DIGITS.match(text, 2)) and _is_sound(_any_date, text[2:end])


def _any_date(digits: str) -> date:
    return _expiry(digits, date(2000, 1, 1))


def _is_sound(read: Callable[[str], object], digits: str) -> bool:
    try:
        read(digits)
    except (NotAnExpiry, UnreadableScan, WrongCheckDigit):
        return False
    return True
