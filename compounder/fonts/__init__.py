"""The one type family of screen and paper: IBM Plex Sans 1.1 and Mono 2.5, regular and semibold, as IBM ships them.

Screens get them packed (.woff2), paper unpacked (.ttf): to unpack them takes half a second of the first paper.
Digits of both are of one width. The slashed zero is asked for with `font-variant-numeric: slashed-zero`.
Licence: SIL Open Font License 1.1, in OFL.txt beside the files.
"""

import unicodedata
from functools import cache
from importlib.resources import files

_OF_WORDS = ("IBMPlexSans-Regular.ttf", "IBMPlexSans-SemiBold.ttf")


def missing_letters(text: str) -> str:
    """The letters of `text`, each once, that paper would show as empty boxes: words are set in either cut of the Sans.

    >>> missing_letters("Zoë Þórsdóttir 山田 🙂")
    '山田🙂'
    """
    letters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(letter for letter in letters if not letter.isspace() and ord(letter) not in _letters())


@cache
def _letters() -> frozenset[int]:
    """The code points that both cuts can draw, read from the files once a process."""
    return frozenset.intersection(*(_drawn_by(name) for name in _OF_WORDS))


def _drawn_by(name: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import, untyped

    with files(__name__).joinpath(name).open("rb") as file:
        return frozenset(TTFont(file, lazy=True).getBestCmap())
