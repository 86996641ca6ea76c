"""Somebody who visits a pharmacy that is measured: signed in, since every page asks for it."""

from contextlib import closing

from flask import Flask
from flask.testing import FlaskClient

from compounder import clock
from compounder.database import people
from compounder.database.engine import Connection, open_database
from compounder.services.example_people import PHARMACIST
from compounder.services.signing_in import start_session
from compounder.web.asking import TOKEN


def a_session(url: str, site: str) -> str:
    """The token of a new session of the example's pharmacist, who is added if need be."""
    with closing(open_database(url)) as database, database.writing() as writing:
        found = people.find(writing, site, PHARMACIST.sign_in_name)
        person_id = found.person_id if found else _added(writing, site)
        return start_session(writing, person_id, at=clock.now())


def _added(connection: Connection, site: str) -> int:
    """The id of the pharmacist, who has no password: to hash one takes more memory than what is measured."""
    return people.add(connection, site, PHARMACIST, password_hash="", is_password_long=True, entry=1)


def visitor(app: Flask, token: str) -> FlaskClient:
    """A browser that has the session's cookie."""
    client = app.test_client()
    with client.session_transaction() as session:
        session[TOKEN] = token
    return client
