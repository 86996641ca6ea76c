"""A list of breached passwords as it is given away: looked up where it lies, and nobody sets what stands in it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from compounder.domain.people.passwords import PasswordKnown
from compounder.services.breached_passwords import ListUnreadable, require_unbreached
from compounder.services.invitations import Coming, arrive, new_link
from compounder.services.signing_in import Place
from compounder.settings import from_environment
from tests.services.orders import MORNING
from tests.services.people import ANNA, PASSWORD
from tests.services.signing_in import ACT, NEW

MANY = tuple(f"some password of many {number}" for number in range(300))
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes the list of these passwords as it is given away."""

    def write(*passwords: str, end: str = "\r\n") -> Path:
        found = (hashlib.sha1(each.encode()).hexdigest().upper() for each in passwords)
        lines = [f"{sha1}:{len(sha1) * number + 1}{end}" for number, sha1 in enumerate(sorted(found))]
        (tmp_path / "breached.txt").write_text("".join(lines), newline="")
        return tmp_path / "breached.txt"

    return write


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_password_of_the_list_is_found_and_no_other(written: Written, end: str) -> None:
    for count in (1, 2, 3, 300):
        breached = written(*MANY[:count], end=end)
        for each in MANY[:count]:
            with pytest.raises(PasswordKnown):
                require_unbreached(breached, each)
        for number in range(50):
            require_unbreached(breached, f"none of the list {number}")


def test_an_empty_list_and_none_refuse_nothing(written: Written) -> None:
    require_unbreached(written(), NEW)
    require_unbreached(None, NEW)
    assert from_environment({}).breached_passwords is None


def test_a_list_that_cannot_be_read_lets_nothing_through(tmp_path: Path) -> None:
    with pytest.raises(ListUnreadable, match="cannot be read; nothing was changed"):
        require_unbreached(tmp_path / "nowhere", NEW)


def test_nobody_sets_a_password_of_the_list(place: Place, written: Written) -> None:
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
    coming = Coming(sign_in_name="", name="", password=NEW)
    with pytest.raises(PasswordKnown):
        arrive(replace(place, breached_passwords=written(NEW)), token, coming, at=MORNING)
    assert arrive(replace(place, breached_passwords=written(PASSWORD)), token, coming, at=MORNING)
