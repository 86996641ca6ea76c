"""`compounder link`: whoever has the workspace's files lets people in again."""

from pathlib import Path
from shutil import copy

import pytest

from compounder.clock import now
from compounder.database import journal, people
from compounder.database.engine import open_database
from compounder.services.invitations import Coming, come_in
from compounder.services.people import disable, has_owner
from tests.cli.typed import Answer, started, typed
from tests.services.orders import SITE
from tests.services.people import OLGA, TOM, add
from tests.services.signing_in import ACT, NEW

ADDRESS = "http://127.0.0.1:8080/links/"


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    """A workspace in which nobody may sign in."""
    copy(sqlite_template, tmp_path / "compounder.db")
    return tmp_path


def with_people(home: Path) -> None:
    database = open_database(f"sqlite:///{home / 'compounder.db'}")
    with database.writing() as writing:
        for person in (OLGA, TOM):
            add(writing, person)
        disable(writing, ACT, TOM.sign_in_name, "Left")
    database.close()


def come(home: Path, answer: Answer, coming: Coming) -> None:
    """Somebody uses the link that was printed."""
    database = open_database(f"sqlite:///{home / 'compounder.db'}")
    with database.writing() as writing:
        come_in(writing, SITE, answer.stdout.strip().rsplit("/", 1)[1], coming, keys=home / "keys", at=now())
        assert has_owner(writing, SITE)
    database.close()


def test_the_only_owner_comes_in_again_and_the_journal_says_who_let_them(home: Path) -> None:
    with_people(home)
    answer = typed(home, "link", "O.Sand", "--address", "https://pharmacy.example/")
    assert (answer.returncode, answer.stderr) == (0, "It works once, within 3 days.\n")
    assert answer.stdout.startswith("https://pharmacy.example/links/")
    come(home, answer, Coming(sign_in_name="", name="", password=NEW))
    database = open_database(f"sqlite:///{home / 'compounder.db'}")
    with database.reading() as reading:
        invited, _ = journal.entries_of(reading, SITE, "person o.sand")[1:]
        assert people.load(reading, SITE, "o.sand").person == OLGA
    database.close()
    assert (invited.kind.value, invited.actor.name) == ("person-invited", "Compounder")


def test_the_only_owner_who_lost_the_telephone_signs_in_without_a_code(home: Path) -> None:
    with_people(home)
    database = open_database(f"sqlite:///{home / 'compounder.db'}")
    with database.writing() as writing:
        people.change(writing, people.load(writing, SITE, OLGA.sign_in_name).person_id, has_second_factor=True)
    answer = typed(home, "drop-second-factor", "O.Sand")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("No code is asked of Olga Sand any more.")
    with database.reading() as reading:
        assert not people.load(reading, SITE, OLGA.sign_in_name).has_second_factor
        entry = journal.entries_of(reading, SITE, "person o.sand")[-1]
    database.close()
    assert (entry.kind.value, entry.actor.name) == ("second-factor-set", "Compounder")


def test_without_an_owner_the_first_comes_in(home: Path) -> None:
    answer = started(home, "link")
    assert answer.stdout.startswith(ADDRESS)
    come(home, answer, Coming(sign_in_name="o.sand", name="Olga Sand", password=NEW))


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "There is an owner already"), (("nobody",), "nobody"), (("t.braun",), "Tom Braun is disabled")],
)
def test_who_cannot_be_given_a_link_is_refused_in_a_sentence(home: Path, words: tuple[str, ...], said: str) -> None:
    with_people(home)
    answer = typed(home, "link", *words)
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert said in answer.stderr


def test_no_workspace_is_made_for_a_link(tmp_path: Path) -> None:
    answer = typed(tmp_path / "nowhere", "link", "o.sand")
    assert (answer.returncode, "there is no such file" in answer.stderr) == (2, True)
    assert not (tmp_path / "nowhere").exists()
