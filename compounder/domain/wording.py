"""Words at the beginning of a line, and words as they are compared."""

import unicodedata


def with_capital(name: str) -> str:
    """A name that begins a line; the lot numbers in it stay as they are.

    >>> with_capital("trituration 261121A001K")
    'Trituration 261121A001K'
    """
    return name[:1].upper() + name[1:]


def normalised(text: str) -> str:
    """The text without case and accents, by which words and names are found.

    >>> normalised("Müller Straße")
    'muller strasse'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
