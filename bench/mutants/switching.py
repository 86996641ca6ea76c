"""A function that runs as it was written, or as one of its mutants; and which functions a test runs.

mutmut has such a switch of its own. This one costs a call almost nothing, which counts: a search runs some rules many
thousand times in a test, and every mutant has tests of its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

Function = Callable[..., Any]
MutantDict = dict[str, Function]

_WRITTEN: Final = "_mutmut_orig"
_NOW: Final = "now"
_all: list[MutantDict] = []


def switchable(mutants: MutantDict, **_: bool) -> Callable[[Function], Function]:
    """A function in place of one that has mutants; the code that mutmut makes calls this, and fills them in later."""
    _all.append(mutants)

    def switch(function: Function) -> Function:
        @wraps(function)
        def now(*arguments: Any, **named: Any) -> Any:
            return unbound(mutants.get(_NOW) or mutants[_WRITTEN])(*arguments, **named)

        return now

    return switch


def unbound(function: Function) -> Function:
    """A class method as it takes the class it is called on; anything else as it is."""
    return getattr(function, "__func__", function)


def name_of(mutants: MutantDict) -> str:
    """The function's name as its mutants have it, with its module."""
    written = mutants[_WRITTEN]
    return f"{written.__module__}.{written.__name__.removesuffix(f'_{_WRITTEN}')}"


def follow(found: set[str]) -> None:
    """From now on, put the name of every function into `found` once it runs."""
    for mutants in _all:
        mutants[_NOW] = _told(mutants, found)


def _told(mutants: MutantDict, found: set[str]) -> Function:
    def first(*arguments: Any, **named: Any) -> Any:
        found.add(name_of(mutants))
        mutants.pop(_NOW, None)
        return unbound(mutants[_WRITTEN])(*arguments, **named)

    return first


def let_work(mutant: str) -> None:
    """From now on, the one mutant is at work."""
    module, _, name = mutant.rpartition(".")
    for mutants in _all:
        mutants.pop(_NOW, None)
        if name in mutants and mutants[name].__module__ == module:
            mutants[_NOW] = mutants[name]
