"""WeasyPrint behind a closed door: bundled fonts, inlined styles and codes, and nothing else.

Slow to import: `pdf` brings it in when the first paper is printed. One thread a process: its font configuration
crashes when threads share it.
"""

from base64 import b64decode
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from compounder.printing.codes import PNG, data_matrix, gs1_data_matrix, qr_code
from compounder.printing.errors import ResourceRefused

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
OF_SHEETS = frozenset({"patient_sheet", "qualification", "worksheet"})
"""The papers that start from `sheet.css`: a head and a foot on each sheet."""
FACES = (
    ("IBM Plex Sans", 400, "IBMPlexSans-Regular.ttf"),
    ("IBM Plex Sans", 600, "IBMPlexSans-SemiBold.ttf"),
    ("IBM Plex Mono", 400, "IBMPlexMono-Regular.ttf"),
    ("IBM Plex Mono", 600, "IBMPlexMono-SemiBold.ttf"),
)
_BUNDLED = "bundled:"


class BundledOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Hands out the bundled fonts and the codes written into the page itself; all else ends the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - WeasyPrint's signature
    ) -> URLFetcherResponse:
        name = url.removeprefix(_BUNDLED)
        if name in {file for _, _, file in FACES}:
            font = files("compounder").joinpath("fonts", name).read_bytes()
            return URLFetcherResponse(url, font, {"Content-Type": "font/ttf"})
        if not url.startswith(PNG):
            raise FatalURLFetchingError(url)
        return URLFetcherResponse(url, b64decode(url.removeprefix(PNG)), {"Content-Type": "image/png"})


_DOOR = BundledOnly()  # slow to make, and keeps nothing between two pages


def lay_out(template: str, page_size: str, **values: object) -> Document:
    """The pages of `templates/print/{template}` on paper of `page_size` (two CSS lengths), filled in with `values`."""
    html = _templates().get_template(f"{template}/{template}.html").render(values)
    try:
        pages = HTML(string=html, base_url="bundled:/", url_fetcher=_DOOR)
        return pages.render(font_config=_fonts(), stylesheets=[*_styles(template), _page_size(page_size)])
    except FatalURLFetchingError as refused:
        raise ResourceRefused(asked_for=str(refused)) from refused


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["data_matrix"] = data_matrix
    environment.filters["gs1_data_matrix"] = gs1_data_matrix
    environment.filters["qr_code"] = qr_code
    return environment


@cache
def _fonts() -> FontConfiguration:
    """Every bundled face, read once a process."""
    configuration = FontConfiguration()
    rules = "".join(
        f"@font-face {{ font-family: {family!r}; font-weight: {weight}; src: url('{_BUNDLED}{name}') }}\n"
        for family, weight, name in FACES
    )
    CSS(string=rules, font_config=configuration, url_fetcher=_DOOR)
    return configuration


@cache
def _styles(template: str) -> tuple[CSS, ...]:
    shared = [TEMPLATES / "sheet.css"] if template in OF_SHEETS else []
    return tuple(
        CSS(string=style.read_text(encoding="utf-8"), font_config=_fonts(), url_fetcher=_DOOR)
        for style in (*shared, TEMPLATES / template / f"{template}.css")
    )


@lru_cache(maxsize=16)
def _page_size(size: str) -> CSS:
    return CSS(string=f"@page {{ size: {size} }}", font_config=_fonts(), url_fetcher=_DOOR)
