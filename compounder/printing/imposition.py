"""Copies and sheets: what is already laid out is repeated and placed, never laid out again.

ISO 32000-1: a page that is repeated shares its contents (7.7.3); a label on a sheet is a form (8.10) at its place.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import pydyf

from compounder.printing.paper import LabelSheet, Rectangle

_POINTS_PER_MM = Decimal(72) / Decimal("25.4")


def repeat_pages(pdf: pydyf.PDF, copies: int) -> None:
    """Puts `copies` of each page one after the other; they share its contents, and all inherit size and resources."""
    pages = _take_pages(pdf)
    pdf.pages.update({shared: pages[0][shared] for shared in ("MediaBox", "Resources")})
    for page in pages:
        own = {"Type": "/Page", "Parent": pdf.pages.reference, "Contents": page["Contents"]}
        for _ in range(copies):
            pdf.add_page(pydyf.Dictionary(own))


def place_on_sheets(pdf: pydyf.PDF, sheet: LabelSheet, copies: int, first_place: int) -> None:
    """Puts `copies` of each label on sheets, from `first_place` (counted from 1) of the first one."""
    labels = _take_pages(pdf)
    forms = [_as_form(pdf, label) for label in labels]
    resources = _resources(pdf, forms)
    cells = [None] * (first_place - 1) + [number for number in range(len(forms)) for _ in range(copies)]

    @cache
    def contents(filled: tuple[int | None, ...]) -> bytes:
        return _draw(pdf, sheet, labels[0]["MediaBox"], filled)

    for start in range(0, len(cells), sheet.places):
        filled = tuple(cells[start : start + sheet.places])
        pdf.add_page(_page(pdf, sheet.paper.value, contents(filled), resources))


def _take_pages(pdf: pydyf.PDF) -> list[pydyf.Dictionary]:
    """The pages laid out, taken out of the file; what they were is kept in the answer."""
    laid_out = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
    pages = [pydyf.Dictionary(page) for page in laid_out]
    for page in laid_out:
        page.clear()
    pdf.pages["Kids"].clear()
    pdf.pages["Count"] = 0
    return pages


def _as_form(pdf: pydyf.PDF, label: pydyf.Dictionary) -> bytes:
    """The contents of a label's page, made into a form that can be drawn anywhere."""
    contents = pdf.objects[int(label["Contents"].split()[0])]
    contents.extra |= {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": label["MediaBox"],
        "Resources": label["Resources"],
    }
    reference: bytes = contents.reference
    return reference


def _resources(pdf: pydyf.PDF, forms: Sequence[bytes]) -> bytes:
    named = pydyf.Dictionary({f"L{number}": form for number, form in enumerate(forms)})
    resources = pydyf.Dictionary({"XObject": named})
    pdf.add_object(resources)
    reference: bytes = resources.reference
    return reference


def _draw(pdf: pydyf.PDF, sheet: LabelSheet, box: Sequence[float], filled: Sequence[int | None]) -> bytes:
    """The contents of one sheet: each label's form, moved to its place."""
    contents = pydyf.Stream(compress=True)
    sheet_height = sheet.paper.value.height * _POINTS_PER_MM
    for place, label in enumerate(filled):
        if label is None:
            continue
        left, top = (edge * _POINTS_PER_MM for edge in sheet.corner(place))
        contents.push_state()
        contents.set_matrix(1, 0, 0, 1, float(left), float(sheet_height - top) - box[3])
        contents.draw_x_object(f"L{label}")
        contents.pop_state()
    pdf.add_object(contents)
    reference: bytes = contents.reference
    return reference


def _page(pdf: pydyf.PDF, size: Rectangle, contents: bytes, resources: bytes) -> pydyf.Dictionary:
    corner = (float(size.width * _POINTS_PER_MM), float(size.height * _POINTS_PER_MM))
    return pydyf.Dictionary(
        {
            "Type": "/Page",
            "Parent": pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, *corner]),
            "Contents": contents,
            "Resources": resources,
        }
    )
