"""Pages as a browser reads them: what a form would send, what it complains about, where its links lead."""

from collections import defaultdict
from html.parser import HTMLParser

IGNORED = {"submit", "button", "search"}


class _Reader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.open_form = form, ""
        self.fields: dict[str, str] = {}
        self.links: list[str] = []
        self.complaints: dict[str, str] = {}
        self.texts: dict[str, list[str]] = defaultdict(list)
        self._select, self._in, self._area = "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open_form = attributes.get("id", "")
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "p" and "govuk-error-message" in attributes.get("class", ""):
            self._in = attributes["id"].removesuffix("-error")
        self._field(tag, attributes)

    def _field(self, tag: str, attributes: dict[str, str]) -> None:
        if attributes.get("form", self.open_form) != self.form:
            return
        name = attributes.get("name", "")
        is_unticked = attributes.get("type") == "checkbox" and "checked" not in attributes
        if tag == "input" and name and attributes.get("type") not in IGNORED and not is_unticked:
            self.fields[name] = attributes.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in attributes or self._select not in self.fields):
            self.fields[self._select] = attributes["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open_form = ""
        if tag == "p":
            self._in = ""
        if tag == "textarea" and self._area:
            self.fields[self._area] = self.fields[self._area].removeprefix("\r\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data
        if self._in and data.strip() and data.strip() != "Error:":
            self.complaints[self._in] = self.complaints.get(self._in, "") + data.strip()


def _read(html: str, form: str) -> _Reader:
    reader = _Reader(form)
    reader.feed(html)
    return reader


def fields(html: str, form: str = "order") -> dict[str, str]:
    """What the form with that id would send, its buttons left out."""
    return _read(html, form).fields


def complaints(html: str) -> dict[str, str]:
    """Each field's complaint, by the field's id."""
    return _read(html, "").complaints


def links(html: str) -> list[str]:
    """Where the page's links lead."""
    return _read(html, "").links


def part(html: str, name: str) -> str:
    """One part of the page."""
    return html.partition(f'id="{name}"')[2].partition("</section>")[0]
