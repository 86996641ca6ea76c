"""How a command ends that is refused: the sentence on standard error, and status 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from compounder.domain.errors import CompoundingError

REFUSED: Final = 2


class Refused(click.ClickException):
    """A refusal in a sentence."""

    exit_code = REFUSED


@contextmanager
def refusals() -> Iterator[None]:
    """What is refused in the block ends the command."""
    try:
        yield
    except CompoundingError as refusal:
        raise Refused(str(refusal)) from None
