"""What cattrs collected while reading, as the house's refusals, each with the JSON pointer to its field (RFC 6901)."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, get_type_hints

from cattrs import AttributeValidationNote, ClassValidationError, ForbiddenExtraKeysError, IterableValidationNote

from compounder.domain.bounds import mark_in
from compounder.domain.errors import CompoundingError, MissingKey, SeveralErrors, UnknownKey, printable
from compounder.domain.units import Written

RENAMED = {"numbers": "with", "starts_on": "from", "ends_on": "to"}
"""Names of attributes whose document key is a Python keyword, or stands beside one."""


@lru_cache(maxsize=1_024)
def key_of(owner: type, name: str) -> str:
    """The document's key for an attribute: percentages say so in their name."""
    if not is_dataclass(owner) or name not in {field.name for field in fields(owner)}:
        return name
    written = mark_in(get_type_hints(owner, include_extras=True)[name], Written)
    if written and written.as_percent and name != "percent":
        return f"{name}_percent"
    return RENAMED.get(name, name)


def complaints_of(error: Exception, pointer: str = "") -> Iterator[CompoundingError]:
    """Every complaint in what reading a document raised; what is not a complaint is raised again."""
    match error:
        case SeveralErrors(parts=refusals):
            for refusal in refusals:
                yield refusal.at(pointer + refusal.pointer)
        case CompoundingError():
            yield error.at(pointer + error.pointer)
        case ForbiddenExtraKeysError(extra_fields=names):
            for name in sorted(names):
                yield UnknownKey(read=name, pointer=f"{pointer}/{escaped(name)}")
        case KeyError(args=(str(name),)):
            yield MissingKey(missing=name, pointer=pointer)
        case ExceptionGroup(exceptions=parts):
            for part in parts:
                yield from complaints_of(part, pointer + _step(error, part))
        case _:
            raise error


def _step(group: Any, part: BaseException) -> str:
    """The step from a group to one of its parts: an attribute's key, an index, or nothing for the group's own."""
    for note in getattr(part, "__notes__", ()):
        if isinstance(note, AttributeValidationNote) and isinstance(group, ClassValidationError):
            return "/" + escaped(key_of(group.cl, note.name))
        if isinstance(note, IterableValidationNote):
            return f"/{escaped(str(note.index))}"
    named = getattr(part, "field_name", "")
    return "/" + escaped(key_of(group.cl, named)) if named and isinstance(group, ClassValidationError) else ""


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer; one too long or unprintable is cut as in the sentence about it."""
    return printable(key).replace("~", "~0").replace("/", "~1")
