"""Words at the beginning of a line, words as they are compared, and the sign of a figure."""

import unicodedata


def with_capital(name: str) -> str:
    """A name that begins a line; the lot numbers in it stay as they are.

    >>> with_capital("trituration 261121A001K")
    'Trituration 261121A001K'
    """
    return name[:1].upper() + name[1:]


def with_minus(figure: str) -> str:
    """A figure with the sign for minus where it has a hyphen.

    >>> with_minus("-0.2 %")
    '−0.2 %'
    """
    return figure.replace("-", "−")


def normalised(text: str) -> str:
    """The text without case and accents, by which words and names are found.

    >>> normalised("Müller Straße")
    'muller strasse'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
