"""The real program with SQLite set to lose what it told, so that the tests can show that they would see it.

Usage: python -m tests.durability.weakened JOURNAL_MODE SYNCHRONOUS run …; nothing in the program itself can do this.
"""

import sys

from compounder.cli import main
from compounder.database import sqlite

LEVELS = {"OFF": 0, "NORMAL": 1, "FULL": 2, "EXTRA": 3}


def weaken(journal_mode: str, synchronous: str) -> None:
    """Set every connection of this process so."""
    sqlite._SYNCHRONOUS.update(LEVELS)
    sqlite.durable_settings = lambda: (journal_mode, synchronous)  # type: ignore[assignment, misc] # planted on purpose


if __name__ == "__main__":
    weaken(*sys.argv[1:3])
    main(sys.argv[3:])
