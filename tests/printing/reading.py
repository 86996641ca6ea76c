"""Reads a printed file back, as a person or a scanner would."""

import re
from dataclasses import fields, is_dataclass

import pypdfium2
import zxingcpp
from PIL import Image


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with every run of white space and every line end's hyphen made one space."""
    document = pypdfium2.PdfDocument(pdf)
    return [squeezed(page.get_textpage().get_text_range()) for page in document]


def lines(pdf: bytes) -> list[str]:
    """The lines of the first page, each with its white space squeezed."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return [squeezed(line) for line in page.get_textpage().get_text_range().splitlines()]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\ufffe\x02]+", " ", text).strip()


def run_together(text: str) -> str:
    """Text without any white space: where a line breaks does not matter."""
    return re.sub(r"[\s\ufffe\x02]+", "", text)


def sizes_in_mm(pdf: bytes) -> set[tuple[float, float]]:
    document = pypdfium2.PdfDocument(pdf)
    return {(round(page.get_width() / 72 * 25.4, 1), round(page.get_height() / 72 * 25.4, 1)) for page in document}


def picture(pdf: bytes, dpi: int, page: int = 0) -> Image.Image:
    image: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()
    return image


def after_a_fax(image: Image.Image) -> Image.Image:
    """Black or white, at a fax's fine resolution (about 200 dots an inch)."""
    return image.point(lambda grey: 255 if grey > 127 else 0).convert("1").convert("L")


def full_lines(image: Image.Image) -> list[int]:
    """Where a line runs unbroken over the middle half of the picture, in dots from the top, a thick line once."""
    left, right = image.width // 4, image.width * 3 // 4
    dark = [row for row in range(image.height) if not max(image.crop((left, row, right, row + 1)).tobytes())]
    return [row for row in dark if row - 1 not in dark]


def scanned(image: Image.Image) -> list[str]:
    return [
        code.text
        for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix))
    ]


def strings_of(document: object) -> list[str]:
    """Every string anywhere in a document that is not empty."""
    if isinstance(document, str):
        return [document] if document else []
    if isinstance(document, tuple):
        return [text for part in document for text in strings_of(part)]
    if is_dataclass(document):
        return [text for field in fields(document) for text in strings_of(getattr(document, field.name))]
    return []
