"""What a scanner reads: our lot number as a Data Matrix (ISO/IEC 16022), a checkpoint as a QR code (ISO/IEC 18004).

Plain text where the pharmacy has no GS1 prefix, for it invents no GTIN; otherwise a GS1 Data Matrix. One bit and one
pixel a module; the style sheet says how large a pixel is, so that a module is always as wide.
"""

from base64 import b64encode
from functools import lru_cache
from io import BytesIO

import zxingcpp
from PIL import Image

PNG = "data:image/png;base64,"


@lru_cache(maxsize=256)
def data_matrix(lot_number: str) -> str:
    """A `data:` address of the one-bit PNG that reads back as `lot_number`."""
    return _picture(zxingcpp.create_barcode(lot_number, zxingcpp.BarcodeFormat.DataMatrix))


@lru_cache(maxsize=256)
def gs1_data_matrix(element_string: str) -> str:
    """A `data:` address of the one-bit PNG that reads back as `element_string`, as `domain/gs1` writes it: the library
    looks at neither check digits nor dates."""
    return _picture(zxingcpp.create_barcode(element_string, zxingcpp.BarcodeFormat.DataMatrix, gs1=True))


def qr_code(text: str) -> str:
    """A `data:` address of the one-bit PNG that reads back as `text`; a seventh of it may be lost."""
    return _picture(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"))


def _picture(barcode: zxingcpp.Barcode) -> str:
    modules = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    image = Image.fromarray(modules).convert("1", dither=Image.Dither.NONE)
    png = BytesIO()
    image.save(png, format="PNG", optimize=True)
    return f"{PNG}{b64encode(png.getvalue()).decode('ascii')}"
