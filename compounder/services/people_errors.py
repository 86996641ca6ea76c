"""Refusals of signing in, of coming in by a link, and of changing who may do what."""

from compounder.domain.errors import CompoundingError, as_read


class LinkOver(CompoundingError):
    """A one-time link that was used, was replaced by a newer one, or is too old."""

    code = "link-over"
    title = "This link is over"

    def __str__(self) -> str:
        return "This link was used, replaced by a newer one, or is too old; ask for another."


class NameTaken(CompoundingError):
    code = "name-taken"
    title = "The name is taken"
    read: str
    field_name: str

    def __str__(self) -> str:
        return f"{as_read(self.read)} is somebody's here, was, or waits with a link; choose another name."


class AnothersForm(CompoundingError):
    """What one person typed before their session ended, and another would send."""

    code = "anothers-form"
    title = "Somebody else's form"
    name: str

    def __str__(self) -> str:
        return f"{self.name} filled this form in; only they can go on with it. Open a new one of your own."


class PersonDisabled(CompoundingError):
    code = "person-disabled"
    title = "Disabled"
    name: str

    def __str__(self) -> str:
        return f"{self.name} is disabled; let them sign in again before you give a link."


class OwnerThere(CompoundingError):
    """A link for the first owner, where there is an owner."""

    code = "owner-there"
    title = "There is an owner"

    def __str__(self) -> str:
        return "There is an owner already; write whose link it shall be, by the name they sign in with."


class LastOwner(CompoundingError):
    code = "last-owner"
    title = "The last owner"
    name: str

    def __str__(self) -> str:
        return f"{self.name} is the last owner; make somebody else one first."


class SecondFactorNeeded(CompoundingError):
    """The password is too short to stand alone."""

    code = "second-factor-needed"
    title = "The second factor is needed"

    def __str__(self) -> str:
        return "Your password is shorter than 15 characters; set a longer one before you give up the second factor."


class WrongCode(CompoundingError):
    code = "wrong-code"
    title = "Not the code"
    field_name: str = "new_code"

    def __str__(self) -> str:
        return "That is not the code of this half minute, or it was used already; type the next one."


class RoleNotYours(CompoundingError):
    code = "role-not-yours"
    title = "Not your role"
    read: str
    accepted: tuple[str, ...]
    field_name: str = "role"

    def __str__(self) -> str:
        return f"A token of yours acts as {' or '.join(self.accepted)}, not as {self.read}."
