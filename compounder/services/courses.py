"""Titration courses without storing: a course document to its calendar and capsules, an array to an array."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from compounder.codec.converter import read, write
from compounder.domain.care.course import CourseOrder, calendar_of
from compounder.domain.care.protocol import Protocol
from compounder.domain.care.titration import work_out_course
from compounder.domain.errors import NotAccepted
from compounder.services.calculations import answer_each
from compounder.settings import Settings

Known = Mapping[str, Protocol] | None
"""A site's protocols by their code; None where there is no site, and the package's hold."""
_FILE: Final = "sqlite:///"


def titrate(document: object, known: Known = None) -> Any:
    """The answer to one course, refusing with `CompoundingError`; of an array, an answer or a problem for each.

    Refuses with `OutOfBounds` an array of more than 10,000 courses before it works any out.
    """
    return answer_each(document, partial(_answer, known), "courses")


def known_there(where: Settings) -> Known:
    """The protocols that the workspace offers by name; None where no workspace was made yet."""
    if where.database_url.startswith(_FILE) and not Path(where.database_url.removeprefix(_FILE)).is_file():
        return None
    from compounder.services.protocols import protocols_of_workspace  # noqa: PLC0415 - without one, no database loads

    return protocols_of_workspace(where)


def _answer(known: Known, document: object) -> dict[str, Any]:
    order = read(document if known is None else _written_out(document, known), CourseOrder)
    course = work_out_course(order)
    answer: dict[str, Any] = write(course)
    return answer | ({"calendar": write(list(calendar_of(course)))} if order.calendar else {})


def _written_out(document: object, known: Mapping[str, Protocol]) -> object:
    """The course with the site's protocol in place of its name."""
    if not isinstance(document, dict) or not isinstance(name := document.get("protocol"), str):
        return document
    if name not in known:
        accepted = f"{' or '.join(known)}, or a protocol written out,"
        raise NotAccepted(read=name, accepted=accepted, pointer="/protocol")
    return {**document, "protocol": write(known[name])}
