"""People and programs at work: who the journal says that acted, wrong passwords in a row, tokens for programs."""

import re

from flask import Flask
from flask.testing import FlaskClient

from compounder.database import journal, people, sessions
from compounder.domain.people.person import Person, Role
from compounder.domain.record.journal import JournalEntry
from compounder.services.acting import Acting
from compounder.services.tokens import issue_token
from tests.services.orders import MORNING, SITE, Bench
from tests.services.people import ANNA, OLGA, PASSWORD, add

BY_OLGA = Acting(site=SITE, actor=OLGA.actor, at=MORNING)


def newest_entry(bench: Bench) -> JournalEntry:
    """The last entry of the journal."""
    with bench.database.reading() as reading:
        return journal.newest(reading, SITE, limit=1)[0]


def failures(bench: Bench, person: Person = ANNA) -> int:
    """The wrong passwords typed in a row for a person."""
    with bench.database.reading() as reading:
        found = sessions.failures(reading, SITE, person.sign_in_name)
    return found.count if found else 0


def a_token(bench: Bench, person: Person = ANNA, role: Role | None = None) -> str:
    """A token that acts in a person's role, or in the one named."""
    with bench.database.writing() as writing:
        if people.find(writing, SITE, person.sign_in_name) is None:
            add(writing, person)
        act = Acting(site=SITE, actor=person.actor, at=MORNING)
        return issue_token(writing, act, person, label="the robot", role=role or person.role)


def program(application: Flask, token: str) -> FlaskClient:
    """A program that sends this token with everything it asks."""
    client = application.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def typed(client: FlaskClient, address: str = "/sign-in", **changes: str) -> dict[str, str]:
    """Anna's name and password in the sign-in form."""
    page = client.get(address).text
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page) or re.search(
        r'name="csrf_token" value="([^"]+)"', page
    )
    assert token
    return {"csrf_token": token[1], "sign_in_name": "a.mueller", "password": PASSWORD, "code": "", **changes}
