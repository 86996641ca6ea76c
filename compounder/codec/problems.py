"""A refusal as a problem document (RFC 9457): code, title, detail, and the pointer to the field."""

from typing import Any

from compounder.domain.errors import CompoundingError

STATUS = 422


def problem(error: CompoundingError) -> dict[str, Any]:
    """The problem document of a refusal. Several complaints stand under `errors`, the first one's code at the top."""
    first, *others = error.errors()
    document = _plain(first)
    if others:
        document["errors"] = [_plain(part) for part in error.errors()]
    return document


def _plain(error: CompoundingError) -> dict[str, Any]:
    return {
        "type": f"urn:compounder:{error.code}",
        "status": STATUS,
        "code": error.code,
        "title": error.title,
        "detail": str(error),
        "pointer": error.pointer,
    }
