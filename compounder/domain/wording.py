"""Words at the beginning of a line or a sentence."""


def with_capital(name: str) -> str:
    """A name that begins a line; the lot numbers in it stay as they are.

    >>> with_capital("trituration 261121A001K")
    'Trituration 261121A001K'
    """
    return name[:1].upper() + name[1:]
