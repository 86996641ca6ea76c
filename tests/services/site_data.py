"""What a pharmacy changes of the data that come with the program: leaflet, opioids, protocols."""

from contextlib import closing
from dataclasses import replace
from typing import Any

from compounder.codec.converter import read
from compounder.database.engine import open_database
from compounder.domain.care.leaflet_words import LeafletPart, LeafletWords
from compounder.domain.care.protocol import STANDARD, Protocol
from compounder.domain.care.screening import Acting, Opioid
from compounder.services.opioids import add_opioid, correct_opioid, opioid_list, verify_opioid, withdraw_opioid
from compounder.services.protocols import add_protocol, retire_protocol, revise_protocol
from compounder.settings import Settings
from tests.services.care import ACT


def some_words(version: int = 2, text: str = "Leave it out.") -> LeafletWords:
    """Other words about a missed dose."""
    return LeafletWords(version=version, texts={LeafletPart.MISSED: text}, reason="Shorter")


def an_opioid(**changes: Any) -> Opioid:
    """A brand that the package does not know."""
    usual = {"name": "Dolorex Retard", "atc": "N02AA01", "acting": Acting.SHORT, "reference": ""}
    return Opioid(**{**usual, **changes})


def a_protocol(**changes: Any) -> Protocol:
    """Half a milligram for three weeks, then one."""
    said = {
        "code": "careful",
        "name": "Careful",
        "steps": [{"dose": "0.5 mg", "days": 21}, {"dose": "1 mg"}],
        "maximum": "1 mg",
        "reference": "Our own practice since 2024",
    }
    return read({**said, **changes}, Protocol)


def the_standard_slower(**changes: Any) -> Protocol:
    """The standard protocol with three weeks a step, its second version."""
    steps = tuple(replace(step, days=21) for step in STANDARD.steps)
    return replace(STANDARD, **{"version": 2, "steps": steps, "reason": "Two weeks were too few", **changes})


def change_protocols(where: Settings) -> None:
    """One is added, one of the package's is revised and then retired."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        add_protocol(writing, ACT, a_protocol())
        revise_protocol(writing, ACT, the_standard_slower())
        retire_protocol(writing, ACT, "standard", "Nobody asks for it")


def change_opioids(where: Settings) -> None:
    """One is added and verified, one of the package's is corrected and then withdrawn."""
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        add_opioid(writing, ACT, an_opioid(), "A patient brought it from abroad")
        verify_opioid(writing, ACT, "dolorex-retard", "Its leaflet")
        lomotil = opioid_list(writing, ACT.site).named("lomotil").opioid
        correct_opioid(writing, ACT, 1, replace(lomotil, days_free=5), "It leaves quickly")
        withdraw_opioid(writing, ACT, "lomotil", "Not sold any more")
