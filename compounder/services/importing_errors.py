"""Why a row of a file, or the whole of it, is not taken in: one named refusal each."""

from compounder.domain.errors import CompoundingError, as_read, printable


class NothingTakenIn(CompoundingError):
    """A file of which any row has a problem."""

    code = "nothing-taken-in"
    title = "The file has problems"
    problems: int

    def __str__(self) -> str:
        count = "1 problem" if self.problems == 1 else f"{self.problems:,} problems"
        return f"Nothing was stored: the file has {count}. Correct it and look at it again."


class FileChanged(CompoundingError):
    """What would be stored is not what was looked at: the file, or what is stored already, changed in between."""

    code = "file-changed"
    title = "Not what was looked at"

    def __str__(self) -> str:
        return "Nothing was stored: this is not what was looked at before. Look at the file again, then store it."


class ExpiredBefore(CompoundingError):
    """A lot that had expired before it is taken into stock."""

    code = "expired"
    title = "The lot has expired"
    on: str
    field_name: str = "expires_on"

    def __str__(self) -> str:
        return f"It expired on {self.on}; an expired lot is not taken into stock."


class StillToCome(CompoundingError):
    """A day after today on which something is said to have happened."""

    code = "still-to-come"
    title = "A day that is still to come"
    day: str
    field_name: str

    def __str__(self) -> str:
        return f"{self.day} is still to come; write the day on which it happened."


class StoredAlready(CompoundingError):
    """A lot or a batch that the workspace has."""

    code = "stored-already"
    title = "Stored already"
    what: str
    field_name: str = "lot_number"

    def __str__(self) -> str:
        return f"{printable(self.what)} is stored already; take the row out."


class TwiceInTheFile(CompoundingError):
    """What stands in two rows of one file."""

    code = "twice-in-the-file"
    title = "Twice in the file"
    what: str
    row: int
    field_name: str = "lot_number"

    def __str__(self) -> str:
        return f"{printable(self.what)} stands in row {self.row:,} already; take one of them out."


class NotOnPaper(CompoundingError):
    """Letters that the papers' typeface would print as empty boxes."""

    code = "not-on-paper"
    title = "Letters that our papers do not have"
    letters: str

    def __str__(self) -> str:
        return f"{as_read(self.letters)} was read; our papers print Latin, Greek and Cyrillic letters."
