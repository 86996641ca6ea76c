"""Who may say whether a lot is used: everybody may hold one back, and only who answers for it lets it into a batch.

Source: 21 CFR 211.84(a), (e) as good practice: a lot is withheld from use until it was examined and released by whoever
answers for quality, and one that does not conform is rejected.
"""

from collections.abc import Mapping
from typing import Final

from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Role
from compounder.domain.stock.lots import LotStatus

_ALL: Final = frozenset(LotStatus)
_MAY_SET: Final[Mapping[Role, frozenset[LotStatus]]] = {
    Role.TECHNICIAN: frozenset({LotStatus.QUARANTINED}),
    Role.PHARMACIST: _ALL,
    Role.OWNER: _ALL,
    Role.AUDITOR: frozenset(),
}


class NotForThisRole(CompoundingError):
    """A status that somebody else gives to a lot."""

    code = "not-for-this-role"
    title = "Somebody else decides this"
    role: Role
    status: LotStatus
    field_name: str = "status"

    def __str__(self) -> str:
        said = self.status.value.replace("-", " ")
        return f"The {self.role} does not say that a lot is {said}; ask the pharmacist or the owner."


class LotIsRejected(CompoundingError):
    """A lot that was rejected is never used again."""

    code = "lot-rejected"
    title = "The lot is rejected"
    lot_number: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} is rejected for good; receive another lot."


def may_set(role: Role, status: LotStatus) -> bool:
    """Whether somebody in this role may give a lot this status.

    >>> may_set(Role.TECHNICIAN, LotStatus.QUARANTINED), may_set(Role.TECHNICIAN, LotStatus.IN_USE)
    (True, False)
    """
    return status in _MAY_SET[role]


def require_may_set(role: Role, status: LotStatus) -> None:
    """Refuses with `NotForThisRole` what `may_set` denies."""
    if not may_set(role, status):
        raise NotForThisRole(role=role, status=status)


def require_open(lot_number: str, now: LotStatus) -> None:
    """Refuses with `LotIsRejected` to change a status that is for good."""
    if now is LotStatus.REJECTED:
        raise LotIsRejected(lot_number=lot_number)
