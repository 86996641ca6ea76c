"""An opioid's name as a site keeps it: what is refused of it, and how medicines are read against it."""

from dataclasses import replace

import pytest

from compounder.domain.care.screening import Acting, Answers, Opioid, OpioidVersion, matches, screen
from compounder.domain.findings import Severity
from tests.domain.refused import refused

CODEINE = Opioid(name="codeine", atc="R05DA04", acting=Acting.SHORT)
COMBINED = Opioid(name="Tylenol with codeine", atc="N02AJ06", acting=Acting.SHORT)
SUBOXONE = Opioid(name="Suboxone", atc="N07BC51", acting=Acting.LONG, reference="Label", days_free=90)
TRAMAL = Opioid(name="Tramal", atc="N02AX", acting=Acting.SHORT)
A_TEXT = "a text of 1 to {} printable letters is accepted."


@pytest.mark.parametrize(
    ("changes", "field_name", "sentence"),
    [
        ({"name": ""}, "name", f'"" was read; {A_TEXT.format(60)}'),
        ({"name": "x" * 61}, "name", f'"{"x" * 40}…" was read; {A_TEXT.format(60)}'),
        ({"name": "–?"}, "name", '"–?" was read; a name with letters or digits is accepted.'),
        ({"atc": "N2AA01"}, "atc", '"N2AA01" was read; an ATC code such as N02AA01 or N02AJ is accepted.'),
        ({"atc": "n02aa"}, "atc", '"n02aa" was read; an ATC code such as N02AA01 or N02AJ is accepted.'),
        ({"reference": " "}, "reference", f'" " was read; {A_TEXT.format(300)}'),
        ({"days_free": 0}, "days_free", "0 was read; 1 to 90 is accepted."),
        ({"days_free": 91}, "days_free", "91 was read; 1 to 90 is accepted."),
    ],
)
def test_what_is_no_opioid_of_a_list_is_refused(changes: dict[str, object], field_name: str, sentence: str) -> None:
    assert refused(SUBOXONE, **changes) == (field_name, sentence)


def test_a_new_version_of_a_name_says_why() -> None:
    version = OpioidVersion(version=2, opioid=SUBOXONE, reason="r" * 300)
    assert refused(version, reason="") == ("reason", f'"" was read; {A_TEXT.format(300)}')
    assert refused(version, reason="r" * 301)[0] == "reason"


def test_a_name_is_addressed_by_its_words() -> None:
    assert COMBINED.code == "tylenol-with-codeine"


@pytest.mark.parametrize(
    ("days_free", "washout"), [(None, "up to 14 days"), (1, "1 day"), (2, "2 days"), (90, "90 days")]
)
def test_a_site_may_ask_for_days_of_its_own_without_an_opioid(days_free: int | None, washout: str) -> None:
    assert replace(SUBOXONE, days_free=days_free).washout == washout


def test_what_is_typed_rightly_stands_before_a_guess_and_the_longer_name_first() -> None:
    found = matches("suboxon, codeine, tylenol with codeine", (CODEINE, SUBOXONE, COMBINED))
    assert [(each.read, each.opioid.name) for each in found] == [
        ("tylenol with codeine", "Tylenol with codeine"),
        ("codeine", "codeine"),
        ("suboxon", "Suboxone"),
    ]


@pytest.mark.parametrize(("typed", "is_found"), [("Tramalpflaster", True), ("Tramapflaster", False)])
def test_a_longer_word_that_begins_with_a_name_of_six_letters_is_asked_about(typed: str, is_found: bool) -> None:
    assert bool(matches(typed, (TRAMAL,))) is is_found


def test_each_finding_says_what_is_asked() -> None:
    answers = Answers(medicines="codeine, suboxon", has_liver_disease=True, is_hypersensitive=True)
    assert [(each.severity, each.code, each.message) for each in screen(answers, (CODEINE, SUBOXONE))] == [
        (
            Severity.DECIDE,
            "opioid-named",
            "“codeine” is codeine, an opioid. Naltrexone blocks it; 7 to 10 days without it before the first dose.",
        ),
        (
            Severity.DECIDE,
            "opioid-perhaps",
            "“suboxon” may be Suboxone, an opioid. Ask; if it is, 90 days without it before the first dose.",
        ),
        (
            Severity.DECIDE,
            "liver-disease",
            "A disease of the liver: older labels name hepatitis. Ask the prescriber.",
        ),
        (
            Severity.DECIDE,
            "hypersensitivity",
            "Hypersensitive to naltrexone or the filler. Ask the prescriber.",
        ),
    ]
