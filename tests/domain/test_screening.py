"""Medicines as people type them: every opioid in the list is found, a slip is asked about, the rest is left alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.care.screening import (
    SHORTEST_GUESS,
    Acting,
    Answers,
    Opioid,
    is_one_slip_away,
    matches,
    screen,
    words_of,
)
from compounder.domain.findings import Severity
from compounder.services.opioids import known_opioids

LIST = known_opioids()
GUESSED = [opioid for opioid in LIST if len(" ".join(opioid.words)) >= SHORTEST_GUESS]
NO_OPIOIDS = """levothyroxine 50 mcg, vitamin D 1000 IU, ibuprofen 400 mg as needed, paracetamol, aspirin 100,
metformin, Tylenol, Tylenol 325 mg, lisinopril, amlodipine, atorvastatin, omeprazole, pantoprazole, sertraline,
citalopram, duloxetine,
amitriptyline, gabapentin, pregabalin, baclofen, prednisone, methotrexate, hydroxychloroquine,
mesalazine, azathioprine, folic acid, magnesium, zinc, omega-3, melatonin,
cetirizine, salbutamol, insulin glargine, warfarin, bisoprolol, furosemide"""


def read(medicines: str) -> list[tuple[str, str, bool]]:
    """What is found: the words read, the opioid's name, and whether it is the very name."""
    return [(each.read, each.opioid.name, each.is_exact) for each in matches(medicines, LIST)]


def test_every_name_in_the_list_is_found_among_other_medicines() -> None:
    for opioid in LIST:
        found = matches(f"Levothyroxine 50 mcg; {opioid.name.upper()} 10 mg, vitamin D", LIST)
        assert any(each.is_exact and set(each.read.split()) <= set(opioid.words) for each in found), opioid


@given(st.sampled_from(GUESSED), st.data())
def test_a_name_with_one_slip_is_asked_about(opioid: Opioid, data: st.DataObject) -> None:
    name = " ".join(opioid.words)
    at = data.draw(st.integers(0, len(name) - 1))
    slipped = data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + "x" + name[at:],
                name[:at] + "x" + name[at + 1 :],
                name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            ]
        )
    )
    if words_of(slipped) == tuple(slipped.split(" ")) and slipped.count(" ") == name.count(" "):
        assert matches(f"zinc {slipped}", LIST) or len(slipped) < SHORTEST_GUESS


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Tylenol with codeine, 1 tablet", [("tylenol with codeine", "Tylenol with codeine", True)]),
        ("Imodium if needed", [("imodium", "Imodium", True)]),
        ("Wick Formel x4", [("wick formel x 4", "Wick Formel 44", False)]),
        ("Wick Formel x44", [("wick formel x 44", "Wick Formel 44", False)]),
        ("MÉTHADONE 40 mg", [("methadone", "methadone", True)]),
        ("suboxon 8 mg", [("suboxon", "Suboxone", False)]),
        ("tramadoll", [("tramadoll", "tramadol", False)]),
        ("tramadol50mg", [("tramadol", "tramadol", True)]),
        ("tra madol", [("tra madol", "tramadol", False)]),
        ("cocodamol 30/500", [("cocodamol", "co-codamol", False)]),
        ("Tylenol#3", [("tylenol 3", "Tylenol 3", True)]),
        ("Fentanylpflaster 25 mcg/h", [("fentanylpflaster", "fentanyl", False)]),
        ("Morphinsulfat", [("morphinsulfat", "morphin", False)]),
        ("", []),
        ("none", []),
    ],
)
def test_what_is_read_is_named_as_it_was_typed(typed: str, found: list[tuple[str, str, bool]]) -> None:
    assert set(found) <= set(read(typed))
    assert bool(read(typed)) == bool(found)


def test_other_medicines_are_left_alone() -> None:
    assert read(NO_OPIOIDS) == []


def test_codeine_in_a_combination_is_said_once_for_each_word_read() -> None:
    found = screen(Answers(medicines="codeine, Codeine", has_liver_disease=False, is_hypersensitive=False), LIST)
    assert [(each.severity, each.code) for each in found] == [(Severity.DECIDE, "opioid-named")]


def test_a_long_acting_opioid_asks_for_a_longer_time_without_it() -> None:
    long = {opioid.name for opioid in LIST if opioid.acting is Acting.LONG}
    assert {"buprenorphine", "methadone", "levomethadone", "Suboxone"} <= long
    assert not {"tramadol", "codeine", "loperamide"} & long
    (found,) = screen(Answers(medicines="methadone", has_liver_disease=False, is_hypersensitive=False), LIST)
    assert "up to 14 days without it before the first dose" in found.message


def test_the_liver_and_hypersensitivity_are_decided_on() -> None:
    found = screen(Answers(medicines="", has_liver_disease=True, is_hypersensitive=True), LIST)
    assert [(each.severity, each.code) for each in found] == [
        (Severity.DECIDE, "liver-disease"),
        (Severity.DECIDE, "hypersensitivity"),
    ]


def test_every_row_of_the_list_names_its_group_once() -> None:
    names = [opioid.words for opioid in LIST]
    assert len(names) == len(set(names))
    groups = re.compile(r"(N02A|N07BC|R05DA|A07DA|N01AH)[A-Z0-9]*", re.ASCII)
    assert [opioid for opioid in LIST if not groups.fullmatch(opioid.atc)] == []
    for group in ("N02A", "N07BC", "R05DA", "A07DA"):
        assert any(opioid.atc.startswith(group) and opioid.reference for opioid in LIST)


@given(st.text(), st.text())
def test_one_slip_is_one_slip_both_ways(one: str, other: str) -> None:
    assert is_one_slip_away(one, other) == is_one_slip_away(other, one)
