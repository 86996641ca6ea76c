"""Whether papers say what the record says: the files are read back, words and codes, as they would be printed."""

from collections.abc import Sequence
from typing import Final

from compounder.checking.checks import Check, Failed, Ground, Part
from compounder.checking.paper_reading import Page, read_paper
from compounder.checking.scratch import STRENGTHS
from compounder.domain.calendar import format_day
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import format_reading
from compounder.printing.paper import STOCKS, LabelStock, Paper
from compounder.services.example_people import SITE
from compounder.services.papers import LabelRequest, labels, worksheets
from compounder.services.proving import verify
from compounder.services.signing import public_keys

_FAMILY: Final = "IBM-Plex"
_DATA_MATRIX, _QR = "DataMatrix", "QRCode"
_NARROWEST_MM: Final = 6.9
"""Fourteen modules of half a millimetre, as the smallest label has them, and what rounding takes off."""


def _worksheet(ground: Ground) -> str:
    scratch = ground.scratch
    pages = read_paper(_drawn(ground, Paper.A4))
    record = scratch.record(scratch.released)
    wanted = [*_names(record), *(format_reading(weighing.to_weigh) for weighing in record.plan.weighings)]
    require_words(pages, [*wanted, f"{record.plan.capsules_to_make} to make"], "worksheet")
    for number, page in enumerate(pages, 1):
        require_words([page], [scratch.released, f"Page {number} of {len(pages)}"], f"page {number} of the worksheet")
    require_code(pages[0], record.lot_number, "worksheet")
    proofs = [code.text for page in pages for code in page.codes if code.kind == _QR]
    _require_proving(ground, proofs)
    return f"{len(pages)} pages as in the record; the code reads its lot number, the checkpoint's proves the journal."


def _require_proving(ground: Ground, checkpoints: Sequence[str]) -> None:
    """Fails unless there is one checkpoint, and the journal holds against it as it was read from paper."""
    if len(checkpoints) != 1:
        raise Failed(f"The worksheet has {len(checkpoints)} checkpoints as codes.")
    where = ground.scratch.where
    found = verify(where.database_url, public_keys(where.keys), checkpoints[0]).findings
    if found:
        raise Failed(f"The checkpoint on the worksheet does not hold: {found[0].sentence}")


def _labels(ground: Ground) -> str:
    scratch = ground.scratch
    record = scratch.record(scratch.released)
    for stock in STOCKS:
        (page,) = read_paper(_label(ground, stock))
        named = f"label on {stock.name}"
        require_words([page], _names(record), named)
        require_code(page, record.lot_number, named)
    return f"On {len(STOCKS)} stocks: preparation, strength, lot and date; each code reads {record.lot_number}."


def _reprint(ground: Ground) -> str:
    first, second = _drawn(ground, Paper.A4), _drawn(ground, Paper.A4)
    if first != second:
        raise Failed("A worksheet printed again is another file.")
    return f"{len(first):,} bytes, the same again."


def _drawn(ground: Ground, paper: Paper) -> bytes:
    scratch = ground.scratch
    return worksheets(scratch.database, SITE, [scratch.released], paper, at=ground.at, keys=scratch.where.keys)


def _label(ground: Ground, stock: LabelStock) -> bytes:
    scratch = ground.scratch
    request = LabelRequest(lot_numbers=(scratch.released,), stock=stock, copies=1, first_place=1)
    return labels(scratch.database, SITE, request, at=ground.at)


def _names(record: CompoundingRecord) -> list[str]:
    """What each paper of a batch has to say."""
    label = record.formulation.label
    last = format_day(record.plan.beyond_use_date)
    return [label.preparation, f"{STRENGTHS[0]} {label.form}", record.lot_number, last, "EXAMPLE – not for use"]


def require_words(pages: Sequence[Page], wanted: Sequence[str], named: str) -> None:
    """Fails where none of these pages says one of these words, or one is set in another typeface."""
    missing = [words for words in wanted if not any(page.says(words) for page in pages)]
    if missing:
        raise Failed(f"The {named} does not say {', '.join(missing)}.")
    strange = sorted({font for page in pages for font in page.fonts if _FAMILY not in font})
    if strange:
        raise Failed(f"The {named} is set in {', '.join(strange)}.")


def require_code(page: Page, lot_number: str, named: str) -> None:
    """Fails where a page's one Data Matrix does not read this lot number, or is too small."""
    codes = [code for code in page.codes if code.kind == _DATA_MATRIX]
    if [code.text for code in codes] != [lot_number]:
        raise Failed(f"The code on the {named} reads {', '.join(code.text for code in codes) or 'nothing'}.")
    if codes[0].width_mm < _NARROWEST_MM:
        raise Failed(f"The code on the {named} is {codes[0].width_mm} mm wide, too small for a scanner.")


PAPERS: Final = (
    Check(
        number="OQ11",
        part=Part.OPERATION,
        requirement="The worksheet says what the record says",
        hazards=("C5", "B2", "E4"),
        test="The file is read back: words by its fonts, codes by a scanner's library; lot and page on every sheet.",
        run=_worksheet,
    ),
    Check(
        number="OQ12",
        part=Part.OPERATION,
        requirement="Labels say what the record says",
        hazards=("C5", "B2"),
        test="A label on each stock is read back the same way.",
        run=_labels,
    ),
    Check(
        number="OQ13",
        part=Part.OPERATION,
        requirement="A paper printed again is the same",
        hazards=("E5",),
        test="The worksheet is asked for twice and compared byte by byte.",
        run=_reprint,
    ),
)
