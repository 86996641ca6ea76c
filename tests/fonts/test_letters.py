"""What the typeface can print, asked before anything is stored."""

import subprocess
import sys
from importlib.resources import files
from io import BytesIO

import pytest
from fontTools.ttLib.woff2 import decompress  # type: ignore[import-untyped]  # published without types

from compounder.fonts import missing_letters


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Anna Müller",
        "Łukasz Żółć",
        "Zoe\N{COMBINING DIAERESIS} Þórsdóttir",
        "Παπαδόπουλος",
        "Щукина",
        "– × ÷ ≤ “” µ ½ €",
    ],
)
def test_names_of_europe_are_all_there(name: str) -> None:
    assert missing_letters(name) == ""


def test_white_space_is_never_missing() -> None:
    assert missing_letters("one\ttwo\r\nthree\u2028\u3000four") == ""


def test_each_missing_letter_is_named_once_in_its_order() -> None:
    assert missing_letters("山田太郎, again 山田 🙂🙂") == "山田太郎🙂"


def test_a_letter_that_only_the_mono_has_is_missing() -> None:
    """Words are set in the Sans; nothing typed is set in the Mono alone."""
    assert missing_letters("█") == "█"


def test_the_letters_are_read_without_weasyprint_and_only_when_asked() -> None:
    program = (
        "import sys, compounder.fonts as fonts; print('fontTools' in sys.modules);"
        "fonts.missing_letters('x'); print('weasyprint' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("name", ["Sans-Regular", "Sans-SemiBold", "Mono-Regular", "Mono-SemiBold"])
def test_paper_has_the_letters_that_screens_have(name: str) -> None:
    packed, unpacked = (files("compounder.fonts").joinpath(f"IBMPlex{name}.{kind}") for kind in ("woff2", "ttf"))
    decompress(BytesIO(packed.read_bytes()), wanted := BytesIO())
    assert unpacked.read_bytes() == wanted.getvalue()
