"""What the database refuses: what is not there, what another person was quicker to take, and unsafe storage."""

from compounder.domain.errors import CompoundingError


def reason_of(error: BaseException | None) -> str:
    """What the database's own library said, in one line."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return said.splitlines()[0].rstrip(".")


class NotFound(CompoundingError):
    code = "not-found"
    title = "Not found"
    what: str
    name: str

    def __str__(self) -> str:
        return f"There is no {self.what} {self.name} here; look for it in the list."


class RecordUnreadable(CompoundingError):
    """A record in which somebody changed what makes it one."""

    code = "record-unreadable"
    title = "The record cannot be read"
    lot_number: str

    def __str__(self) -> str:
        return f"The record of batch {self.lot_number} was changed and cannot be read. Run compounder verify."


class EntryUnreadable(CompoundingError):
    """An entry of the journal in which somebody changed what makes it one."""

    code = "entry-unreadable"
    title = "The journal cannot be read"
    number: int

    def __str__(self) -> str:
        return f"Entry {self.number} of the journal was changed and cannot be read. Run compounder verify."


class LotInsufficient(CompoundingError):
    """Another order reserved the powder first, or there was never so much."""

    code = "lot-insufficient"
    title = "Not enough of the lot"
    lot_number: str
    needed: str
    free: str

    def __str__(self) -> str:
        return f"{self.needed} of lot {self.lot_number} is needed and {self.free} is free. Choose another lot."


class AdjustmentBelowReserved(CompoundingError):
    code = "adjustment-below-reserved"
    title = "Less than is reserved"
    lot_number: str
    reserved: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} would hold less than the {self.reserved} reserved. Void a planned batch first."


class KeyAlreadyUsed(CompoundingError):
    """The same form was sent twice; `subject` is what the first one made."""

    code = "already-stored"
    title = "Already stored"
    subject: str

    def __str__(self) -> str:
        return f"This form was sent before and made {self.subject}; nothing was stored again."


class VersionTaken(CompoundingError):
    code = "version-taken"
    title = "A newer version exists"
    what: str
    version: int

    def __str__(self) -> str:
        return f"Version {self.version} of {self.what} exists already. Look at it and revise that one."


class AlreadyApproved(CompoundingError):
    code = "already-approved"
    title = "Approved already"
    code_name: str
    version: int

    def __str__(self) -> str:
        return f"Version {self.version} of {self.code_name} is approved already; nothing was changed."


class DatabaseUnsafe(CompoundingError):
    """A setting that keeps acknowledged work through a power cut is not in force."""

    code = "database-unsafe"
    title = "The database would not be safe"
    setting: str
    found: str
    needed: str

    def __str__(self) -> str:
        return f"SQLite's {self.setting} is {self.found} and must be {self.needed}. Close other programs using it."


class DatabaseBusy(CompoundingError):
    code = "database-busy"
    title = "The database is busy"

    def __str__(self) -> str:
        return "Another program holds the database. Nothing was stored; try again."


class DatabaseGone(CompoundingError):
    """The server of the database broke off, or another one is taking its place."""

    code = "database-gone"
    title = "The database does not answer"
    may_be_stored: bool

    def __str__(self) -> str:
        if self.may_be_stored:
            return "The database broke off while this was stored. Look whether it was stored before you send it again."
        return "The database does not answer. Nothing was stored; try again in a moment."


class DatabaseUnusable(CompoundingError):
    """It cannot be reached, or it is no database of ours. `address` names it without its password."""

    code = "database-unusable"
    title = "The database cannot be used"
    address: str
    reason: str

    def __str__(self) -> str:
        return f"The database {self.address} cannot be used: {self.reason}. Look at its address and whether it runs."


class TreeMissing(CompoundingError):
    """The journal cannot go on without the tree that every entry before stands in."""

    code = "tree-missing"
    title = "The journal's tree is missing"

    def __str__(self) -> str:
        return "The journal's tree is missing; nothing was stored. Run compounder verify and restore a backup."


class NotThisVersion(CompoundingError):
    """A database whose tables are older or newer than the program, or that is none of ours."""

    code = "not-this-version"
    title = "Another version's database"
    address: str

    def __str__(self) -> str:
        return f"The database {self.address} has other tables than this version. Open the workspace with it once."
