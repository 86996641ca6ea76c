"""What backup and restore refuse: files that are not what they should be, and anything that stands there already."""

from compounder.domain.errors import CompoundingError


class NotReadable(CompoundingError):
    code = "not-readable"
    title = "The file cannot be read"
    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} cannot be read: {self.reason}."


class NotWritten(CompoundingError):
    """A full disk, a folder that is not there, or one that others own."""

    code = "not-written"
    title = "The file cannot be written"
    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} cannot be written: {self.reason}. Nothing was kept."


class StandsAlready(CompoundingError):
    code = "stands-already"
    title = "Something stands there already"
    file: str
    instead: str = "name a new file"

    def __str__(self) -> str:
        return f"{self.file} stands there already and was not touched; {self.instead}."


class NotABackup(CompoundingError):
    code = "not-a-backup"
    title = "Not a backup"
    file: str
    of: str = "a workspace"

    def __str__(self) -> str:
        return f"{self.file} is no backup of {self.of}; if it was packed or encrypted, undo that first."


class Damaged(CompoundingError):
    """A file, or the database itself, that is not what was once written. `reason` is the first thing found."""

    code = "damaged"
    title = "Damaged"
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} is damaged: {self.reason}. Nothing was kept."


class OtherSha256(CompoundingError):
    code = "other-sha256"
    title = "Another file"
    file: str
    found: str

    def __str__(self) -> str:
        return f"{self.file} is not the file with that SHA-256; its own is {self.found}."


class WrittenByNewer(CompoundingError):
    code = "written-by-newer"
    title = "Written by a newer version"
    name: str
    revision: str

    def __str__(self) -> str:
        return f"{self.name} was written by a newer Compounder ({self.revision}); install that version first."


class OtherKind(CompoundingError):
    """A backup of one database goes into the same kind only."""

    code = "other-kind"
    title = "A backup of another database"
    file: str
    holds: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.file} is a backup of {self.holds}, and COMPOUNDER_DATABASE_URL names {self.wanted}."


class NotEmpty(CompoundingError):
    code = "not-empty"
    title = "The database is not empty"
    address: str

    def __str__(self) -> str:
        return f"The database {self.address} holds something already; restore goes only into an empty one."


class ProgramMissing(CompoundingError):
    code = "program-missing"
    title = "A program is missing"
    program: str

    def __str__(self) -> str:
        return f"{self.program} was not found on the PATH; install the client programs of your PostgreSQL."


class ProgramFailed(CompoundingError):
    code = "program-failed"
    title = "A program could not finish"
    program: str
    reason: str

    def __str__(self) -> str:
        return f"{self.program} could not finish: {self.reason}. Nothing was kept."


class NoKeys(CompoundingError):
    code = "no-keys"
    title = "No keys"
    folder: str

    def __str__(self) -> str:
        return f"No key stands in {self.folder}; look at COMPOUNDER_KEYS."
