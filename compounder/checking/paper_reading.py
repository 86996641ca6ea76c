"""What a printed paper says: its words by its fonts' own tables, and its codes as a scanner's library reads them.

A code is read from the very picture that lies in the file, at the size at which the page places it. How a printer puts
it on paper is not seen here: the report asks for one label to be scanned by hand.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeAlias

import zxingcpp
from PIL import Image, ImageOps

from compounder.checking.pdf_objects import Dictionary, NotAsPrinted, Objects, Stream, Word, read_values

Matrix: TypeAlias = tuple[float, ...]
_MM_PER_POINT: Final = 25.4 / 72
_PIXELS_A_MODULE, _QUIET_PIXELS = 4, 16
_COLOURS: Final = {"DeviceGray": 0, "DeviceRGB": 2}
"""As a PNG file counts them."""
_EMBEDDED: Final = frozenset({"FontFile2", "FontFile3"})


@dataclass(frozen=True, slots=True)
class Code:
    """A code on a page: its kind, what a scanner reads, and how wide it is printed."""

    kind: str
    text: str
    width_mm: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is read: its size, its words with one space for whatever parts them, its codes, its fonts."""

    width_mm: float
    height_mm: float
    words: str
    codes: tuple[Code, ...]
    fonts: frozenset[str]

    def says(self, words: str) -> bool:
        """Whether these words stand on it, wherever its lines break."""
        return "".join(words.split()) in "".join(self.words.split())


def read_paper(pdf: bytes) -> tuple[Page, ...]:
    """Every page; refuses with `NotAsPrinted` a file, a letter or a picture that cannot be read."""
    objects = Objects(pdf)
    return tuple(_page(objects, page) for page in objects.pages)


@dataclass(frozen=True, slots=True)
class _Said:
    """Words in one font; a space where a piece of text ends."""

    words: str
    font: str = ""


def _page(objects: Objects, page: Dictionary) -> Page:
    box = [float(edge) for edge in objects[page["MediaBox"]]]
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    drawn = list(_drawn(objects, objects[page["Contents"]], objects[page["Resources"]], identity))
    said = [each for each in drawn if isinstance(each, _Said)]
    return Page(
        width_mm=round((box[2] - box[0]) * _MM_PER_POINT, 1),
        height_mm=round((box[3] - box[1]) * _MM_PER_POINT, 1),
        words=" ".join("".join(each.words for each in said).split()),
        codes=tuple(each for each in drawn if isinstance(each, Code)),
        fonts=frozenset(each.font for each in said if each.font),
    )


def _drawn(objects: Objects, contents: Stream, resources: Dictionary, at: Matrix) -> Iterator[_Said | Code]:
    """What the operators of a page draw, those of the forms on it too."""
    operands, before, font = list[Any](), list[Matrix](), {}
    for value in read_values(contents.content):
        if not isinstance(value, Word):
            operands.append(value)
            continue
        match value.said:
            case "q":
                before.append(at)
            case "Q":
                at = before.pop()
            case "cm":
                at = _placed_by(operands[-6:], at)
            case "Tf":
                font = objects[objects[resources["Font"]][operands[-2]]]
            case "Tj" | "TJ":
                yield _said(objects, font, operands[-1])
            case "Tm" | "ET":
                yield _Said(" ")
            case "Do":
                yield from _pictured(objects, objects[objects[resources["XObject"]][operands[-1]]], at)
        operands.clear()


def _placed_by(change: list[float], at: Matrix) -> Matrix:
    """ISO 32000-1, 8.3.4: the change first, then what was in force."""
    a, b, c, d, e, f = change
    g, h, i, j, k, m = at
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _said(objects: Objects, font: Dictionary, shown: Any) -> _Said:
    letters, name = _letters(objects, font), str(font.get("BaseFont", ""))
    glyphs = b"".join(part for part in (shown if isinstance(shown, list) else [shown]) if isinstance(part, bytes))
    numbers = struct.unpack(f">{len(glyphs) // 2}H", glyphs)
    missing = [number for number in numbers if number not in letters]
    if missing:
        raise NotAsPrinted(f"The font {name} has no letter {missing[0]} that a page shows.")
    return _Said("".join(letters[number] for number in numbers), name)


def _letters(objects: Objects, font: Dictionary) -> Mapping[int, str]:
    """What each glyph of a font stands for; refuses a font that is not in the file itself."""
    descendant = objects[objects[font["DescendantFonts"]][0]]
    if not _EMBEDDED & objects[descendant["FontDescriptor"]].keys():
        raise NotAsPrinted(f"The font {font['BaseFont']} is not in the file.")
    table = [each for each in read_values(objects[font["ToUnicode"]].content) if isinstance(each, bytes)]
    pairs = zip(table[2::2], table[3::2], strict=True)  # the first two are the range of all codes
    return {int.from_bytes(glyph): text.decode("utf-16-be") for glyph, text in pairs}


def _pictured(objects: Objects, drawn: Stream, at: Matrix) -> Iterator[_Said | Code]:
    """What a form draws, or the codes of a picture."""
    if drawn.about.get("Subtype") == "Form":
        yield from _drawn(objects, drawn, objects[drawn.about["Resources"]], at)
        return
    width = (at[0] ** 2 + at[1] ** 2) ** 0.5 * _MM_PER_POINT
    for code in zxingcpp.read_barcodes(_ready_to_scan(_picture(drawn))):
        yield Code(kind=code.format.name, text=code.text, width_mm=round(width, 2))


def _ready_to_scan(picture: Image.Image) -> Image.Image:
    """Grey, large enough, with white around it: what a scanner sees of it."""
    large = picture.convert("L").resize((picture.width * _PIXELS_A_MODULE, picture.height * _PIXELS_A_MODULE), 0)
    return ImageOps.expand(large, _QUIET_PIXELS, fill=255)


def _picture(drawn: Stream) -> Image.Image:
    """A picture as it lies in the file: the inside of a PNG file (ISO/IEC 15948), given its outside again."""
    about = drawn.about
    colours = _COLOURS.get(str(about.get("ColorSpace")))
    if colours is None:
        raise NotAsPrinted("A picture has colours that are not read here.")
    head = struct.pack(">IIBBBBB", about["Width"], about["Height"], about["BitsPerComponent"], colours, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", drawn.packed), (b"IEND", b""))
    try:
        return Image.open(BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))).convert("L")
    except (OSError, SyntaxError) as error:
        raise NotAsPrinted(f"A picture cannot be read: {error}.") from error


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
