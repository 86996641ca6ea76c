"""What a scan says: our own lot, a maker's pack in GS1's language, a maker's lot; the rest is refused by name."""

from contextlib import suppress
from datetime import date

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compounder.instruments.scan_errors import (
    NotAnExpiry,
    SaidTwice,
    ScanRefused,
    SeparatorMissing,
    UnreadableScan,
    WrongCheckCharacter,
    WrongCheckDigit,
)
from compounder.instruments.scans import GS, MakersLot, MakersPack, OurLot, Scan, read_scan
from compounder.services.lot_numbers import is_lot_number, lot_number

TODAY = date(2026, 11, 21)
GTIN = "09506000134352"  # GS1's own example
PRODUCT, EXPIRY, LOT, SERIAL = f"01{GTIN}", "17281231", "10ABC-12/3", "21S1"
OURS = "261121A001K"


def scanned(text: str, today: date = TODAY) -> Scan:
    return read_scan(text, is_ours=is_lot_number, today=today)


def a_pack(
    text: str, lot: str | None = "ABC-12/3", expires: date | None = date(2028, 12, 31), serial: str | None = None
) -> MakersPack:
    return MakersPack(gtin=GTIN, lot_number=lot, expires_on=expires, serial_number=serial, text=text)


@pytest.mark.parametrize("text", [OURS, f"]d1{OURS}", f"]C0{OURS}", f"{OURS}\r\n", f"\t{OURS} "])
def test_our_own_lot_number_is_known_by_its_check_character(text: str) -> None:
    assert scanned(text) == OurLot(lot_number=OURS)


@pytest.mark.parametrize("text", ["261121A001L", "261112A001K", "]d1261121A0010"])
def test_our_lot_number_misread_is_refused_and_not_taken_for_a_makers(text: str) -> None:
    with pytest.raises(WrongCheckCharacter, match="is wrong; scan it again"):
        scanned(text)


@pytest.mark.parametrize("lot", ["ABC-123/4", "2108-17", "10ABC", "0123456789", "Lot 7", "261121A001", "Ä-7"])
def test_other_text_is_a_makers_lot_number_as_it_stands(lot: str) -> None:
    assert scanned(lot) == MakersLot(lot_number=lot)
    assert scanned(f"]C0{lot}") == MakersLot(lot_number=lot)


@pytest.mark.parametrize("identifier", ["", "]d2", "]C1", "]Q3", "]e0", "]d2" + GS])
def test_a_gs1_code_is_read_with_and_without_separators_and_identifiers(identifier: str) -> None:
    for fields in (
        PRODUCT + EXPIRY + LOT,
        PRODUCT + LOT + GS + EXPIRY,
        PRODUCT + GS + EXPIRY + GS + LOT + GS,
    ):
        assert scanned(identifier + fields) == a_pack(identifier + fields)
    whole = identifier + PRODUCT + LOT + GS + EXPIRY + SERIAL
    assert scanned(whole) == a_pack(whole, serial="S1")


def test_fields_that_are_not_used_are_passed_over() -> None:
    text = f"]d2{PRODUCT}11250101{EXPIRY}3103000250240X{GS}{LOT}"
    assert scanned(text) == a_pack(text)


def test_a_code_without_a_lot_says_none() -> None:
    assert scanned(PRODUCT) == a_pack(PRODUCT, lot=None, expires=None)
    assert scanned(f"]E0{GTIN[1:]}") == a_pack(f"]E0{GTIN[1:]}", lot=None, expires=None)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("281231", date(2028, 12, 31)),
        ("280200", date(2028, 2, 29)),
        ("270200", date(2027, 2, 28)),
        ("281200", date(2028, 12, 31)),
        ("760115", date(2076, 1, 15)),  # fifty years ahead
        ("770115", date(1977, 1, 15)),  # forty-nine years back
    ],
)
def test_an_expiry_is_a_day_and_day_nought_is_the_last_of_the_month(digits: str, day: date) -> None:
    text = f"{PRODUCT}17{digits}{LOT}"
    assert scanned(text) == a_pack(text, expires=day)


@given(today=st.dates(date(1960, 1, 1), date(2200, 1, 1)), year=st.integers(0, 99))
def test_the_century_is_that_of_gs1(today: date, year: int) -> None:
    """GS1 General Specifications 7.12, by the differences that its table gives."""
    apart = year - today.year % 100
    century = today.year // 100 + (-1 if apart >= 51 else 1 if apart <= -50 else 0)
    pack = scanned(f"{PRODUCT}17{year:02d}0115", today)
    assert isinstance(pack, MakersPack)
    assert pack.expires_on == date(century * 100 + year, 1, 15)


REFUSED = [
    (f"{PRODUCT}17283300{LOT}", NotAnExpiry),  # month 33
    (f"{PRODUCT}17280015{LOT}", NotAnExpiry),
    (f"{PRODUCT}17280230{LOT}", NotAnExpiry),
    (f"{PRODUCT}17281232{LOT}", NotAnExpiry),
    (f"{PRODUCT[:-1]}3{EXPIRY}{LOT}", WrongCheckDigit),
    (f"]d2{PRODUCT[:-1]}3", WrongCheckDigit),
    ("]E09506000134353", WrongCheckDigit),
    (f"]d2{PRODUCT}10ABC17281231", SeparatorMissing),  # the scanner drops separators: no lot is called ABC17281231
    (f"]C1{EXPIRY}10ABC{PRODUCT}", SeparatorMissing),
    (f"{PRODUCT}21S110ABC17281231", SeparatorMissing),
    (f"{PRODUCT}10ABC1728123121S1", SeparatorMissing),
    (f"]d2{PRODUCT}10{'A' * 21}", SeparatorMissing),
    (f"]d2{PRODUCT}{LOT}{GS}10OTHER", SaidTwice),
    ("]d200123456789012345675", UnreadableScan),  # a pallet's number
    (f"]d2{PRODUCT}{EXPIRY}10AB C", UnreadableScan),
    (f"]d2{PRODUCT}{EXPIRY}10AB\u0661", UnreadableScan),
    ("]d2", UnreadableScan),
    (f"]d2{GS}", UnreadableScan),
    ("]d2hello", UnreadableScan),
    ("]E012", UnreadableScan),
    ("https://example.org/01/09506000134352", UnreadableScan),
    ("", UnreadableScan),
    ("\x00\x07", UnreadableScan),
    ("x" * 61, UnreadableScan),
    ("x" * 100_000, UnreadableScan),
]


@pytest.mark.parametrize(("text", "refusal"), REFUSED, ids=range(len(REFUSED)))
def test_what_may_not_be_used_is_refused_by_name_in_a_sentence(text: str, refusal: type[ScanRefused]) -> None:
    with pytest.raises(ScanRefused) as refused:
        scanned(text)
    assert type(refused.value) is refusal
    assert str(refused.value).endswith(".")
    assert len(str(refused.value).split()) <= 20


@pytest.mark.parametrize("lot", ["ABC17281231", "A2108", "1728", "X10Y", "8017A90101"])
def test_a_lot_that_merely_looks_like_fields_is_itself_where_nothing_is_missing(lot: str) -> None:
    text = f"]d2{PRODUCT}{EXPIRY}10{lot}"
    assert scanned(text) == a_pack(text, lot=lot)


@given(text=st.text(max_size=80) | st.text("0123456789AB]dCQ31\x1d(", max_size=60).map(lambda rest: "]d2" + rest))
def test_any_text_is_a_scan_or_a_named_refusal(text: str) -> None:
    with suppress(ScanRefused):
        assert isinstance(scanned(text), OurLot | MakersLot | MakersPack)


@given(at=st.integers(0, 13), digit=st.integers(0, 9))
def test_a_product_number_with_one_digit_wrong_is_refused(at: int, digit: int) -> None:
    spoiled = f"{GTIN[:at]}{digit}{GTIN[at + 1 :]}"
    if spoiled != GTIN:
        with pytest.raises(WrongCheckDigit):
            scanned(f"01{spoiled}{EXPIRY}")


def picture(content: str, kind: zxingcpp.BarcodeFormat, *, is_gs1: bool) -> Image.Image:
    """A printed code, upside down and a little enlarged, as a scanner may meet it."""
    code = zxingcpp.create_barcode(content, kind, gs1=is_gs1) if is_gs1 else zxingcpp.create_barcode(content, kind)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=3))
    return drawn.resize((drawn.width * 4 // 3, drawn.height * 4 // 3)).rotate(180)


def typed_by_a_scanner(image: Image.Image) -> list[str]:
    """What a scanner types that sends identifiers, and what one types that does not."""
    code = zxingcpp.read_barcode(image, text_mode=zxingcpp.TextMode.Plain)
    assert code is not None
    return [f"{code.symbology_identifier}{code.text}\r", f"{code.text}\r"]


@pytest.mark.parametrize(
    "kind", [zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode]
)
def test_codes_are_read_from_pictures(kind: zxingcpp.BarcodeFormat) -> None:
    gs1 = picture("(01)09506000134352(10)ABC-12/3(17)281200(21)S1", kind, is_gs1=True)
    for text in typed_by_a_scanner(gs1):
        assert GS in text
        assert scanned(text) == a_pack(text, serial="S1")
    for number in (lot_number(TODAY, "A", 1), lot_number(TODAY, "B", 999)):
        for text in typed_by_a_scanner(picture(number, kind, is_gs1=False)):
            assert scanned(text) == OurLot(lot_number=number)
    for text in typed_by_a_scanner(picture("ABC-123/4", kind, is_gs1=False)):
        assert scanned(text) == MakersLot(lot_number="ABC-123/4")


def test_a_makers_ean_is_read_from_a_picture() -> None:
    image = picture("4006381333931", zxingcpp.BarcodeFormat.EAN13, is_gs1=False)
    pack = scanned(typed_by_a_scanner(image)[0])
    assert isinstance(pack, MakersPack)
    assert pack.gtin == "04006381333931"


OURS_IN_GS1 = f"{PRODUCT}{EXPIRY}10{OURS}"


@pytest.mark.parametrize(
    "text",
    [
        f"]d2{OURS_IN_GS1}{GS}21BA00000174",
        f"{OURS_IN_GS1}{GS}21BA00000174",
        f"{OURS_IN_GS1}21BA00000174",
        f"(01){GTIN}(17)281231(10){OURS}(21)BA00000174",
    ],
)
def test_our_own_label_is_read_with_and_without_separators_and_as_it_is_printed(text: str) -> None:
    assert scanned(text) == a_pack(text, lot=OURS, serial="BA00000174")


def test_a_makers_lot_number_is_never_parted_like_ours() -> None:
    text = f"{PRODUCT}{EXPIRY}10261121A001L21S7"
    assert scanned(text) == a_pack(text, lot="261121A001L21S7")
