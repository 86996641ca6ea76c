"""Container labels: laid out once each, refused when they do not fit, then repeated and placed.

Words never give way to a code: where there is no room for both, the lot number's own code stands there, which is
smaller and finds the same batch.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pydyf
from weasyprint import Document

from compounder.printing.errors import LabelDoesNotFit
from compounder.printing.imposition import place_on_sheets, repeat_pages
from compounder.printing.label_document import LabelDocument
from compounder.printing.paper import LabelStock
from compounder.printing.press import lay_out

_AT_ONCE = 50  # labels in one layout: fewer pay for each start, more for each other


def render(documents: Sequence[LabelDocument], stock: LabelStock, *, copies: int, first_place: int) -> bytes:
    """`copies` of each label in one file, each laid out once."""
    chunks = [documents[start : start + _AT_ONCE] for start in range(0, len(documents), _AT_ONCE)]
    laid_out = [_lay_out(chunk, stock) for chunk in chunks]
    pages = [page for chunk in laid_out for page in chunk.pages]
    placed = partial(finish, stock=stock, copies=copies, first_place=first_place)
    pdf: bytes = laid_out[0].copy(pages).write_pdf(finisher=placed)
    return pdf


def _lay_out(documents: Sequence[LabelDocument], stock: LabelStock) -> Document:
    """A page for each label; where they do not all fit, each in the first of its forms that does."""
    laid_out = _drawn(documents, stock)
    if len(laid_out.pages) == len(documents):
        return laid_out
    return _drawn([_that_fits(document, stock) for document in documents], stock)


def _drawn(documents: Sequence[LabelDocument], stock: LabelStock) -> Document:
    return lay_out("label", stock.label.css(), labels=documents, arrangement=stock.arrangement)


def _that_fits(document: LabelDocument, stock: LabelStock) -> LabelDocument:
    """The label as it is, without its product number in words, or with its lot number's own code."""
    for form in (document, replace(document, gtin=""), replace(document, gtin="", elements="")):
        if len(_drawn([form], stock).pages) == 1:
            return form
    raise LabelDoesNotFit(lot_number=document.lot_number, stock=stock.name)


def finish(_: Document, pdf: pydyf.PDF, *, stock: LabelStock, copies: int, first_place: int) -> None:
    """Repeats what is laid out on a roll, or places it on sheets."""
    if stock.sheet:
        place_on_sheets(pdf, stock.sheet, copies, first_place)
    elif copies > 1:
        repeat_pages(pdf, copies)
