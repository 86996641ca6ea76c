"""A walk over every route there is, and what each answers."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.services.invitations import invite
from tests.services.orders import Bench
from tests.services.people import ANNA, BERTA, OLGA, add
from tests.web.acting import BY_OLGA
from tests.web.conftest import signed_in

MORE_ADDRESSES = [
    "/batches?strength=1,5",
    "/batches/nothing",
    "/fonts/nothing",
    "/fonts/IBMPlexSans-Regular.woff2",
    "/static/compounder.css",
    "/static/compounder.js",
    "/nothing",
]
SAFE = {"GET", "HEAD", "OPTIONS"}


def known_of(bench: Bench, number: str) -> dict[str, str]:
    """What stands in the addresses of the pages there are; 1 stands where a route asks for anything else."""
    with bench.database.writing() as writing:
        link = invite(writing, BY_OLGA, BERTA)
        add(writing, ANNA)
    stored = {"lot_number": number, "order_number": "2611-001", "lot_id": bench.active, "code": "NTX-CAPS"}
    others = {"form": "csv", "what": "lots", "kind": "batch", "name": number}
    codes = {"protocols.code": "standard", "opioids.code": "codeine"}
    return {**stored, **others, **codes, "sign_in_name": ANNA.sign_in_name, "token": link}


def named(known: Mapping[str, str], pages: str, part: re.Match[str]) -> str:
    return known.get(f"{pages}.{part[1]}", known.get(part[1], "1"))


def addresses(application: Flask, known: Mapping[str, str], methods: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each method, among these, of every route, with its address."""
    for rule in application.url_map.iter_rules():
        address = re.sub(r"<(?:[^<>]+:)?(\w+)>", partial(named, known, rule.endpoint.partition(".")[0]), rule.rule)
        yield from ((method, address) for method in sorted((rule.methods or set()) & set(methods)))


def unsafe(application: Flask, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every method of every route that may change something."""
    methods = {method for rule in application.url_map.iter_rules() for method in rule.methods or ()}
    return list(addresses(application, known, methods - SAFE))


def answers(application: Flask, known: Mapping[str, str], **asked: Any) -> Iterator[tuple[str, TestResponse]]:
    """What the owner, who may ask for everything, is answered, and then what somebody is who is not signed in."""
    for client in (signed_in(application, OLGA), application.test_client()):
        yield from answers_to(client, known, **asked)


def answers_to(client: FlaskClient, known: Mapping[str, str], **asked: Any) -> Iterator[tuple[str, TestResponse]]:
    """What every route answers, safe or not, and some more addresses do."""
    application = client.application
    gets = [("GET", address) for address in MORE_ADDRESSES]
    for method, address in [*addresses(application, known, SAFE), *unsafe(application, known), *gets]:
        answer = client.open(address, method=method, **asked)
        with answer:
            yield f"{method} {address}", answer
