"""The objects of a PDF file as this program writes one: ISO 32000-1, 7.3 to 7.5, as far as it is used here.

Nothing that paints pages is among the libraries the program runs with, so a paper is read from its own bytes: streams
are unpacked, references followed. Written for this program's papers, and no reader of any others.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

Dictionary: TypeAlias = Mapping[str, Any]

_TOKEN: Final = re.compile(
    rb"\s*(?:(?P<dictionary><<)|(?P<ends>>>|\])|(?P<array>\[)|<(?P<hex>[0-9A-Fa-f\s]*)>|\((?P<text>(?:\\.|[^\\()])*)\)"
    rb"|/(?P<name>[^\s/<>\[\]()]*)|(?P<reference>\d+)\s+\d+\s+R\b|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+))"
    rb"|(?P<word>[A-Za-z'\"*]+))",
    re.DOTALL,
)
_OBJECT: Final = re.compile(rb"(\d+)\s+\d+\s+obj\b")
_STREAM: Final = re.compile(rb"\s*stream\r?\n")


class NotAsPrinted(Exception):
    """A paper that cannot be read back."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Stands for the object of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Word:
    """An operator of a page's contents, or true, false and null."""

    said: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A dictionary, and bytes as they lie in the file."""

    about: Dictionary
    packed: bytes

    @property
    def content(self) -> bytes:
        """The bytes, unpacked; refuses with `NotAsPrinted` what cannot be."""
        if self.about.get("Filter") is None:
            return self.packed
        try:
            return zlib.decompress(self.packed)
        except zlib.error as error:
            raise NotAsPrinted(f"A part of the file cannot be unpacked: {error}.") from error


def read_values(written: bytes) -> Iterator[Any]:
    """Every value and word, one after the other."""
    at = 0
    while token := _TOKEN.match(written, at):
        value, at = _value(written, token)
        yield value


def _value(written: bytes, token: re.Match[bytes]) -> tuple[Any, int]:
    """The value that begins with this token, and where the next one begins."""
    if token.lastgroup in ("array", "dictionary"):
        return _together(written, token.end(), is_dictionary=token.lastgroup == "dictionary")
    return _simple(token.lastgroup or "", token[token.lastgroup or 0]), token.end()


def _simple(kind: str, said: bytes) -> Any:
    match kind:
        case "hex":
            return bytes.fromhex(said.decode("ascii"))
        case "text":
            return said
        case "name":
            return said.decode("latin-1")
        case "reference":
            return Reference(int(said))
        case "number":
            return float(said) if b"." in said else int(said)
        case _:
            return Word(said.decode("latin-1"))


def _together(written: bytes, at: int, *, is_dictionary: bool) -> tuple[Any, int]:
    parts = list[Any]()
    while token := _TOKEN.match(written, at):
        if token.lastgroup == "ends":
            at = token.end()
            break
        part, at = _value(written, token)
        parts.append(part)
    return (dict(zip(parts[::2], parts[1::2], strict=False)) if is_dictionary else parts), at


class Objects:
    """Every object of a file, by its number."""

    def __init__(self, pdf: bytes) -> None:
        self._by_number = dict(_plain(pdf))
        for packed in [each for each in self._by_number.values() if _is_of(each, "ObjStm")]:
            self._by_number |= dict(_within(packed))

    def __getitem__(self, value: Any) -> Any:
        """The value itself, or what a reference stands for."""
        if not isinstance(value, Reference):
            return value
        if value.number not in self._by_number:
            raise NotAsPrinted(f"The file names a part {value.number} that is not in it.")
        return self[self._by_number[value.number]]

    @cached_property
    def pages(self) -> Sequence[Dictionary]:
        """The dictionary of each page, in order, with what it inherits."""
        root = next((each for each in self._by_number.values() if _is_of(each, "Catalog")), None)
        if root is None:
            raise NotAsPrinted("The file has no pages.")
        return tuple(self._under(self[root["Pages"]], {}))

    def _under(self, node: Dictionary, inherited: Dictionary) -> Iterator[Dictionary]:
        kept = {key: node[key] for key in ("MediaBox", "Resources") if key in node}
        if "Kids" not in node:
            yield {**inherited, **node}
        for kid in self[node.get("Kids", [])]:
            yield from self._under(self[kid], {**inherited, **kept})


def _is_of(value: Any, kind: str) -> bool:
    about = value.about if isinstance(value, Stream) else value
    return isinstance(about, Mapping) and about.get("Type") == kind


def _plain(pdf: bytes) -> Iterator[tuple[int, Any]]:
    """The objects that lie in the file by themselves; what a stream holds is skipped by its length."""
    at = 0
    while found := _OBJECT.search(pdf, at):
        token = _TOKEN.match(pdf, found.end())
        if token is None:
            raise NotAsPrinted("The file breaks off.")
        value, at = _value(pdf, token)
        if isinstance(value, dict) and (begins := _STREAM.match(pdf, at)):
            at = begins.end() + value["Length"]
            value = Stream(value, pdf[begins.end() : at])
        yield int(found[1]), value


def _within(packed: Stream) -> Iterator[tuple[int, Any]]:
    """The objects that are packed together in a stream."""
    content, first = packed.content, packed.about["First"]
    places = list(read_values(content[:first]))
    for number, place in zip(places[::2], places[1::2], strict=True):
        token = _TOKEN.match(content, first + place)
        if token:
            yield number, _value(content, token)[0]
