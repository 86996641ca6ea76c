"""What the checks are run on in the tests: a workspace to look at, and a scratch pharmacy to work in."""

from pathlib import Path
from shutil import copy

from compounder import clock
from compounder.checking.checks import Check, Ground, Result, carry_out
from compounder.checking.running import CHECKS
from compounder.checking.scratch import Scratch
from compounder.services.signing import signing_key
from compounder.services.workspace import open_workspace
from compounder.settings import Settings
from tests.services.backups import a_place


def a_ground(template: Path, folder: Path, orders: int = 30) -> Ground:
    """A new workspace with its key, and beside it a scratch pharmacy in which nothing was done yet."""
    at = clock.now()
    scratch = Scratch(folder, at)
    scratch.where.home.mkdir()
    copy(template, scratch.where.home / "compounder.db")
    return Ground(where=a_workspace(template, folder / "home"), scratch=scratch, orders=orders, at=at)


def a_workspace(template: Path, home: Path) -> Settings:
    """A workspace that was opened once, closed to others."""
    home.mkdir(mode=0o700)
    copy(template, home / "compounder.db")
    where = a_place(home)
    open_workspace(where, at=clock.now()).close()
    signing_key(where.keys)
    return where


def the_check(number: str) -> Check:
    """The check of this number."""
    return next(each for each in CHECKS if each.number == number)


def outcome(number: str, ground: Ground) -> Result:
    """What becomes of one check."""
    return carry_out(the_check(number), ground)


def why(number: str, ground: Ground) -> str:
    """Why the check failed, which it has to."""
    result = outcome(number, ground)
    assert not result.has_passed, result.found
    return result.found
