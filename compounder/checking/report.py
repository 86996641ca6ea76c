"""The report of a check: what was asked, found and signed, as a pharmacy files it.

Requirement → risk → test → result. What only hands can see (a printer, a scanner, a balance) is asked for with a box
and room for a pen.
"""

import platform
from collections.abc import Sequence
from datetime import UTC
from itertools import groupby
from typing import Final

from compounder import __version__
from compounder.checking.checks import Ground, Result
from compounder.checking.hazards import hazards
from compounder.checking.installation import moment_in
from compounder.checking.program import program_sha256
from compounder.database.engine import address_of, open_current
from compounder.domain.errors import CompoundingError
from compounder.domain.site import SiteSettings
from compounder.printing.letterhead import in_groups
from compounder.printing.qualification_document import (
    PrintedCheck,
    PrintedHazard,
    PrintedPart,
    QualificationDocument,
)
from compounder.services.workspace import site_settings
from compounder.settings import Settings

BY_HAND: Final = (
    "Compare the time above with a watch: it is this machine's.",
    "Print a container label at 100 % and scan it into “Trace a lot, batch or bottle”.",
    "Put a check weight on each balance that is connected: the bench offers what the balance shows.",
    "Restore the newest backup into a new folder on another machine, and run this check there.",
)
LEFT_OUT: Final = (
    "Hazards that no line names are shown by the program's own tests (docs/hazards.md). Browsers, printers, scanners "
    "and balances are not driven: papers are read from their files, not from paper. The scratch pharmacy is kept in "
    "SQLite, whatever the workspace is kept in."
)


def report_of(results: Sequence[Result], ground: Ground, run_by: str) -> QualificationDocument:
    """Everything in finished strings."""
    settings, failed = _site_of(ground.where), [each for each in results if not each.has_passed]
    count, files = len(results), program_sha256()
    zone = settings.zone if settings else UTC
    return QualificationDocument(
        pharmacy=settings.pharmacy.name if settings else "",
        program=f"Compounder {__version__}",
        machine=platform.node(),
        run_at=f"{moment_in(zone, ground.at)} {zone}",
        run_by=run_by,
        outcome=f"{len(failed)} of {count} checks FAILED" if failed else f"All {count} checks passed",
        has_passed=not failed,
        failed=tuple(f"{each.check.number} {each.check.requirement}" for each in failed),
        facts=(*_facts(ground), ("Program's files", f"{files[0]}, SHA-256 {in_groups(files[1])}"), _took(results)),
        parts=tuple(_part(part, list(group)) for part, group in groupby(results, lambda each: each.check.part)),
        by_hand=BY_HAND,
        left_out=LEFT_OUT,
    )


def _site_of(where: Settings) -> SiteSettings | None:
    """The site's settings; None where the workspace cannot be read, which a line of the report says."""
    try:
        database = open_current(where.database_url)
    except CompoundingError:
        return None
    try:
        with database.reading() as reading:
            return site_settings(reading, where.site)
    except CompoundingError:
        return None
    finally:
        database.close()


def _facts(ground: Ground) -> tuple[tuple[str, str], ...]:
    where = ground.where
    return (
        ("Machine", f"{platform.node()}: {platform.platform()}, {platform.machine()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("Workspace", f"{where.home}, site {where.site}"),
        ("Database", address_of(where.database_url)),
        ("Keys", str(where.keys)),
    )


def _took(results: Sequence[Result]) -> tuple[str, str]:
    return ("Took", f"{sum(each.seconds for each in results):.0f} s, in a scratch pharmacy that is deleted again")


def _part(part: str, results: Sequence[Result]) -> PrintedPart:
    return PrintedPart(heading=f"{part} qualification", checks=tuple(map(_line, results)))


def _line(result: Result) -> PrintedCheck:
    check = result.check
    return PrintedCheck(
        number=check.number,
        requirement=check.requirement,
        hazards=tuple(_hazard(number) for number in check.hazards),
        test=check.test,
        found=result.found,
        result="Pass" if result.has_passed else "FAIL",
        took=f"{result.seconds:.1f} s",
        has_passed=result.has_passed,
    )


def _hazard(number: str) -> PrintedHazard:
    found = hazards()[number]
    return PrintedHazard(number=number, goes_wrong=found.goes_wrong, harm=found.harm)
