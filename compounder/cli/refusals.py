"""How a command ends that is refused: the sentence on standard error, and status 2."""

from typing import Final

import click

REFUSED: Final = 2


class Refused(click.ClickException):
    """A refusal in a sentence."""

    exit_code = REFUSED
