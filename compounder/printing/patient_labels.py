"""Labels of patients' bottles: roomy where the stock allows it, tight where words are long, otherwise refused.

In each arrangement what matters is 11 points or more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Final

from weasyprint import Document

from compounder.printing.errors import LabelDoesNotFit
from compounder.printing.labels import finish
from compounder.printing.paper import LabelStock
from compounder.printing.patient_documents import PatientLabelDocument
from compounder.printing.press import lay_out

_ARRANGEMENTS: Final = {"large": ("roomy", "even", "tight"), "sheet": ("even", "tight")}


def render(documents: Sequence[PatientLabelDocument], stock: LabelStock, *, copies: int, first_place: int) -> bytes:
    """`copies` of each label in one file, each laid out once."""
    laid_out = [_lay_out(document, stock) for document in documents]
    pages = [page for label in laid_out for page in label.pages]
    placed = partial(finish, stock=stock, copies=copies, first_place=first_place)
    pdf: bytes = laid_out[0].copy(pages).write_pdf(finisher=placed)
    return pdf


def _lay_out(label: PatientLabelDocument, stock: LabelStock) -> Document:
    """One page, in the first arrangement that the words fit; codes of lot numbers alone where others do not."""
    for arrangement, form in _forms(label, _ARRANGEMENTS[stock.arrangement]):
        laid_out = lay_out("patient_label", stock.label.css(), label=form, arrangement=arrangement)
        if len(laid_out.pages) == 1:
            return laid_out
    raise LabelDoesNotFit(lot_number=label.lot_number, stock=stock.name)


def _forms(label: PatientLabelDocument, arrangements: Sequence[str]) -> Iterator[tuple[str, PatientLabelDocument]]:
    """Every arrangement, as the label is and without its product number in words; then each with smaller codes."""
    shorter, plain = replace(label, gtin=""), replace(label, gtin="", elements=())
    yield from product(arrangements, (label, shorter) if label.gtin else (label,))
    if label.elements:
        yield from product(arrangements, (plain,))
