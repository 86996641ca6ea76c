"""Refusals: no answer exists, or what was read is not readable.

One family. Each carries its parts as attributes and says one sentence a pharmacist can act on. `code` is stable; the
web shows the sentence at its field, the API and the command line wrap it as a problem document (RFC 9457). Here are
those of whatever is read; each room has its own beside its rules.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, dataclass_transform

_LONGEST_READ = 40
_LARGEST_READ = 10**15


def as_read(value: object) -> str:
    """What was read, short enough to print in a sentence: quoted text, or the name of another kind of value.

    >>> as_read("1,5 mg"), as_read(1.5), as_read(True)
    ('"1,5 mg"', '1.5', 'true')
    """
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < _LARGEST_READ else "a number of more than 15 digits"
    return f'"{printable(value)}"' if isinstance(value, str) else printable(str(value))


def printable(text: str) -> str:
    """The beginning of `text`, short enough for a sentence, with a mark for each letter that cannot be printed."""
    cut = text[:_LONGEST_READ] + "…" if len(text) > _LONGEST_READ else text
    return "".join(letter if letter.isprintable() else "�" for letter in cut)


@dataclass_transform(eq_default=False, kw_only_default=True)
class _WithParts(Exception):
    """An exception whose annotated attributes are its parts, given by name; those that have a value may be left out.

    It reads like a dataclass; but there are hundreds, and for each the program would start half a millisecond later.
    """

    _names: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        parts = (
            name for name, kind in cls.__annotations__.items() if getattr(kind, "__origin__", None) is not ClassVar
        )
        cls._names = cls._names.union(parts)

    def __init__(self, **parts: Any) -> None:
        missing = {name for name in self._names - parts.keys() if not hasattr(type(self), name)}
        if missing or not parts.keys() <= self._names:
            raise TypeError(f"{type(self).__name__} has {sorted(self._names)}, and was given {sorted(parts)}")
        self.__dict__.update(parts)


class CompoundingError(_WithParts):
    """The family of refusals. `pointer` says which field of the document, as a JSON pointer (RFC 6901)."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "Refused"
    pointer: str = ""

    def at(self, pointer: str) -> "CompoundingError":
        """This very refusal, said of the field at `pointer`."""
        self.pointer = pointer
        return self

    def errors(self) -> Sequence["CompoundingError"]:
        """Every single refusal in this one."""
        return (self,)


class NotANumber(CompoundingError):
    code = "not-a-number"
    title = "Not a number that Compounder reads"
    read: object
    accepted: str = "digits with at most one point, such as 0.25"

    def __str__(self) -> str:
        if isinstance(self.read, str) and "," in self.read:
            return f"{as_read(self.read)} has a comma, which could mean ten times more; write a point."
        return f"{as_read(self.read)} was read; write {self.accepted}."


class NotAWholeNumber(NotANumber):
    """What is counted has no fraction, and nothing parts its thousands."""

    accepted: str = "a whole number such as 100"

    def __str__(self) -> str:
        read = "has a comma" if isinstance(self.read, str) and "," in self.read else "was read"
        return f"{as_read(self.read)} {read}; write {self.accepted}."


class UnknownUnit(CompoundingError):
    code = "unknown-unit"
    title = "Unknown unit"
    read: str
    accepted: tuple[str, ...]

    def __str__(self) -> str:
        return f"{as_read(self.read)} is not a unit accepted here; write {' or '.join(self.accepted)}, exactly so."


class OutOfBounds(CompoundingError):
    """A value outside what is possible or customary. `field_name` is the constructor's own argument."""

    code = "out-of-bounds"
    title = "Out of bounds"
    read: str
    least: str
    most: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{self.read} was read; {self.least} to {self.most} is accepted."


class NotADate(CompoundingError):
    code = "not-a-date"
    title = "Not a date"
    read: object
    accepted: str = "a date as year-month-day, such as 2026-11-21"

    def __str__(self) -> str:
        return f"{as_read(self.read)} was read; write {self.accepted}."


class UnknownKey(CompoundingError):
    code = "unknown-key"
    title = "Unknown key"
    read: str

    def __str__(self) -> str:
        return f"The key {as_read(self.read)} is not known here; remove it or correct its spelling."


class RepeatedKey(UnknownKey):
    """A key that stands twice in one object: which of the two is meant nobody knows."""

    def __str__(self) -> str:
        return f"The key {as_read(self.read)} stands twice in one object; remove one of them."


class MissingKey(CompoundingError):
    """`missing` names the key or the argument; of several, any one is enough."""

    code = "missing-key"
    title = "Missing key"
    missing: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{as_read(self.missing)} is missing; it is needed here."


class NotAccepted(CompoundingError):
    """A word, or a kind of value, that is not among those accepted."""

    code = "not-accepted"
    title = "Not accepted"
    read: object
    accepted: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{as_read(self.read)} was read; {self.accepted} is accepted."


class SeveralErrors(CompoundingError):
    """Every field's complaint at once."""

    code = "several-errors"
    title = "Several fields need correction"
    parts: tuple[CompoundingError, ...]

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.parts)

    def errors(self) -> Sequence[CompoundingError]:
        return self.parts


def one_error(complaints: Sequence[CompoundingError]) -> CompoundingError:
    """One complaint as it is; several together, pointing at the first."""
    first, *others = complaints
    return SeveralErrors(parts=tuple(complaints), pointer=first.pointer) if others else first


def refuse_all(found: Iterable[CompoundingError]) -> None:
    """Refuses with every complaint at once, if there is any."""
    complaints = tuple(found)
    if complaints:
        raise one_error(complaints)
