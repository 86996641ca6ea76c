"""Who may say whether a lot is used, and what is said for good."""

import pytest

from compounder.domain.people.person import Role
from compounder.domain.stock.lot_status import LotIsRejected, NotForThisRole, may_set, require_may_set, require_open
from compounder.domain.stock.lots import LotStatus


def test_a_technician_holds_a_lot_back_and_no_more() -> None:
    assert {status for status in LotStatus if may_set(Role.TECHNICIAN, status)} == {LotStatus.QUARANTINED}


@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.OWNER])
def test_a_pharmacist_and_the_owner_decide_on_lots(role: Role) -> None:
    assert all(may_set(role, status) for status in LotStatus)


def test_an_auditor_changes_no_lot() -> None:
    assert not any(may_set(Role.AUDITOR, status) for status in LotStatus)


def test_what_a_role_may_not_say_of_a_lot_is_refused_by_name() -> None:
    with pytest.raises(NotForThisRole, match="technician does not say that a lot is in use; ask the pharmacist"):
        require_may_set(Role.TECHNICIAN, LotStatus.IN_USE)
    require_may_set(Role.TECHNICIAN, LotStatus.QUARANTINED)


def test_a_rejected_lot_is_closed_and_every_other_open() -> None:
    with pytest.raises(LotIsRejected, match="Lot N-1 is rejected for good; receive another lot"):
        require_open("N-1", LotStatus.REJECTED)
    for status in set(LotStatus) - {LotStatus.REJECTED}:
        require_open("N-1", status)
