"""Which passwords are taken, and how wrong ones are answered."""

from datetime import UTC, datetime, timedelta

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.people.passwords import PasswordKnown, is_long, normalised, require_acceptable
from compounder.domain.people.sign_in import Failures, Locked, TooManyFailures, is_over, require_attempt

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
COMMON = {"password1", "qwertyuiop", "sunshine", "sunshine12"}
ANNA = ("a.mueller", "Anna Müller", "compounder")


def complaint(password: str, *, has_second_factor: bool = False) -> str:
    """What is said of a password; empty where it is taken."""
    try:
        require_acceptable(password, has_second_factor=has_second_factor, common=COMMON, own_words=ANNA)
    except CompoundingError as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "four words of our own",
        "ÄÖÜ ist auch ein Satz",
        "x9!" * 4 + "abc",
        "日" * 7 + "本" * 8,
        "only for the example",
        "Anna plays the old piano",
    ],
)
def test_fifteen_characters_of_any_kind_are_taken(password: str) -> None:
    assert complaint(password) == ""


def test_fourteen_need_a_second_factor() -> None:
    assert complaint("four words of") == ("13 characters were read; write at least 15, or 8 with a second factor.")
    assert complaint("four words of", has_second_factor=True) == ""
    assert complaint("seven77", has_second_factor=True) == "7 characters were read; write at least 8."


def test_letters_are_counted_as_a_keyboard_composes_them() -> None:
    decomposed = "u\u0308" * 15
    assert len(normalised(decomposed)) == 15
    assert is_long("ü" * 15)
    assert not is_long("u\u0308" * 14)


def test_no_more_than_256_characters_are_hashed() -> None:
    assert complaint("kjdhwteo" * 32) == ""
    assert complaint("kjdhwteo" * 32 + "i") == "More than 256 characters were read; write at most 256."


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "Sunshine12sunshine12",
        "sunshine12345678",
        "QWERTYUIOP!!!!!!",
        "compounder123456",
        "Anna Müller 2026",
        "a.mueller11111111",
        "qwertyuiopasdfghjkl",
        "lkjhgfdsapoiuytrewq",
        "abcdefghijklmnop",
        "ponmlkjihgfedcba",
        "1234567890123456",
        "1qaz2wsx3edc4rfv",
        "1234qwerasdfzxcv!",
        "qwertzuiopüasdfghjkl",
        "abcdabcdabcdabcd",
        "abcd.abcd.abcd.abcd",
        "letmeinletmein1",
        "Sunshine99sunshine99",
        "muelleranna!!!!!",
        "Anna.Mueller20261",
        "anna++xy++müller7",
        "Mu\u0308ller--Anna--123",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert "tried first" in complaint(password)


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("asdfghjklmorbivex", True),  # eight letters of one's own behind a row of keys
        ("morbivexasdfghjkl", True),
        ("asdfghjklmorbive", False),  # seven
        ("s*u*n*s*h*i*n*e**", True),  # more marks than letters
        ("s*u*n*s*h*i*n*e*", False),  # as many: the word is read through them
        ("a92847162039485", False),  # one letter, digits behind it
    ],
)
def test_what_is_left_besides_keys_marks_and_digits_counts(password: str, *, is_taken: bool) -> None:
    assert (complaint(password) == "") is is_taken


def test_a_word_of_ones_own_within_a_longer_one_is_taken_out_after_it() -> None:
    """Annabelle, not belle first: that would leave anna, a name nobody gave."""
    with pytest.raises(PasswordKnown):
        require_acceptable("annabelle9annabelle7", has_second_factor=False, common=(), own_words=("Belle", "Annabelle"))


def test_a_common_password_with_marks_in_it_is_known_as_it_is() -> None:
    known = {"correct.horse.battery"}
    with pytest.raises(PasswordKnown):
        require_acceptable("Correct.Horse.Battery", has_second_factor=False, common=known, own_words=())
    require_acceptable("correct-horse-battery", has_second_factor=False, common=known, own_words=())


def test_a_beginning_that_comes_again_is_no_part_written_again_and_again() -> None:
    """Mor-ba-mor is not two of one part."""
    assert complaint("morbamor", has_second_factor=True) == ""
    assert "tried first" in complaint("morbmorb", has_second_factor=True)


@pytest.mark.parametrize(("early", "said"), [(1, "1 second"), (1001, "2 seconds"), (2000, "2 seconds")])
def test_who_comes_too_soon_is_told_how_many_seconds_to_wait(early: int, said: str) -> None:
    failures = Failures(count=17, last_at=NOW)
    now = NOW + failures.wait - timedelta(milliseconds=early)
    with pytest.raises(TooManyFailures, match=f"^Too many wrong passwords; wait {said}, then try again.$"):
        require_attempt(failures, now)


@pytest.mark.parametrize(
    ("count", "seconds"), [(9, 0), (10, 1), (11, 2), (12, 4), (17, 128), (18, 256), (19, 300), (99, 300)]
)
def test_after_ten_failures_each_attempt_waits_twice_as_long(count: int, seconds: int) -> None:
    failures = Failures(count=count, last_at=NOW)
    assert failures.wait == timedelta(seconds=seconds)
    require_attempt(failures, NOW + timedelta(seconds=seconds))
    if seconds:
        with pytest.raises(TooManyFailures):
            require_attempt(failures, NOW + timedelta(seconds=seconds, milliseconds=-1))


def test_after_a_hundred_no_attempt_is_looked_at() -> None:
    with pytest.raises(Locked):
        require_attempt(Failures(count=100, last_at=NOW), NOW + timedelta(days=365))


def test_nobody_has_failed_yet() -> None:
    require_attempt(None, NOW)


@pytest.mark.parametrize(
    ("began", "seen", "over"),
    [
        (timedelta(minutes=14, seconds=59), timedelta(minutes=14, seconds=59), False),
        (timedelta(minutes=15), timedelta(minutes=15), True),
        (timedelta(hours=11, minutes=59), timedelta(minutes=1), False),
        (timedelta(hours=12), timedelta(0), True),
    ],
)
def test_a_session_ends_after_fifteen_idle_minutes_or_twelve_hours(
    began: timedelta, seen: timedelta, over: bool
) -> None:
    assert is_over(NOW - began, NOW - seen, NOW) is over
