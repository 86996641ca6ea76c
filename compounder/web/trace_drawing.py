"""A trace drawn as a tree: each thing below what it came from or went into, further to the right, joined by lines.

Sizes are pixels of the screen and of paper alike; lines of words are short enough for a telephone, so nothing is ever
made smaller to fit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from compounder.domain.care.trace import Branch, Folded
from compounder.web.trace_words import Names, Told, told

INDENT: Final = 20
HEAD: Final = 22
LINE: Final = 18
GAP: Final = 12
BELOW_WORDS: Final = 5
_LETTERS: Final = 42
_LETTERS_EACH_INDENT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A thing where it is drawn: the corner of its words, the middle of its head line, and the stem that leads to it,
    from (x, top) down to its height."""

    x: int
    y: int
    told: Told
    lines: tuple[tuple[int, str], ...]
    stem_x: int
    stem_top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A drawing, so high."""

    nodes: tuple[Node, ...]
    height: int
    alternative: str


def drawn(branches: Sequence[Branch | Folded], names: Names, alternative: str) -> Tree:
    """The tree of these branches; `alternative` says in words what it shows."""
    nodes = tuple(_nodes(branches, names, 0, GAP))
    return Tree(nodes=nodes, height=_below(nodes[-1]) if nodes else 0, alternative=alternative)


def _nodes(branches: Sequence[Branch | Folded], names: Names, depth: int, top: int) -> Iterator[Node]:
    stem_top = top - GAP + BELOW_WORDS if depth else top
    for branch in branches:
        fact = branch if isinstance(branch, Folded) else branch.fact
        node = _node(told(fact, names), depth, top, stem_top)
        yield node
        top = _below(node)
        if isinstance(branch, Branch):
            for below in _nodes(branch.branches, names, depth + 1, top):
                yield below
                top = _below(below)


def _node(words: Told, depth: int, top: int, stem_top: int) -> Node:
    letters = _LETTERS - _LETTERS_EACH_INDENT * depth
    lines = [line for said in words.said for line in wrap(said, letters)]
    y = top + HEAD - 6
    return Node(
        x=depth * INDENT + INDENT,
        y=y,
        told=words,
        lines=tuple((y + LINE * number, line) for number, line in enumerate(lines, 1)),
        stem_x=depth * INDENT + 6,
        stem_top=stem_top,
    )


def _below(node: Node) -> int:
    """Where the next thing may begin."""
    return (node.lines[-1][0] if node.lines else node.y) + GAP
