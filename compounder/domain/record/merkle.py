"""The journal's tree: SHA-256 over leaves and pairs, so that one root stands for every entry in its sequence.

Source: RFC 6962, section 2.1; checking a path as in RFC 9162, section 2.1.3.2. A leaf's hash is `journal.leaf_hash`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

_NODE = b"\x01"
_Subtree: TypeAlias = tuple[bytes, tuple[int, ...]]
"""The root of a full subtree, and which of the leaves that are asked for it holds."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the hashes of the two subtrees."""
    return hashlib.sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a growing tree: its number of leaves, and the roots of its full subtrees, largest first.

    All that a new leaf needs: the next root costs as much at ten entries as at ten million.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Edge":
        """The edge after these leaf hashes."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            size += 1
            node, pairs = leaf, size
            while not pairs & 1:
                node, pairs = node_hash(peaks.pop(), node), pairs >> 1
            peaks.append(node)
        return Edge(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of all leaves; of none, SHA-256 of nothing.

        >>> Edge().root.hex()[:16]
        'e3b0c44298fc1c14'
        """
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks))

    @property
    def spans(self) -> tuple[range, ...]:
        """The leaves under each peak, the first leaf being 1."""
        spans, first = [], 1
        for height in reversed(range(self.size.bit_length())):
            if self.size >> height & 1:
                spans.append(range(first, first + (1 << height)))
                first += 1 << height
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Ways:
    """The root of a tree, and for each leaf that was asked for, by its place from 0, the hashes that lead to it."""

    root: bytes
    paths: Mapping[int, tuple[bytes, ...]]


def ways_to_root(leaves: Iterable[bytes], places: Iterable[int]) -> Ways:
    """The ways from the leaves at these places, counted from 0, all found in one walk over `leaves`, which are met
    once and not kept."""
    paths: dict[int, list[bytes]] = {place: [] for place in places}
    peaks: list[_Subtree] = []
    for place, leaf in enumerate(leaves):
        node: _Subtree = (leaf, (place,) if place in paths else ())
        pairs = place + 1
        while not pairs & 1:
            node, pairs = _joined(paths, peaks.pop(), node), pairs >> 1
        peaks.append(node)
    root, _ = reduce(lambda right, left: _joined(paths, left, right), reversed(peaks))
    return Ways(root, {place: tuple(path) for place, path in paths.items()})


def _joined(paths: Mapping[int, list[bytes]], left: _Subtree, right: _Subtree) -> _Subtree:
    """The subtree over two; the way from each leaf asked for in one of them goes by the root of the other."""
    for place in left[1]:
        paths[place].append(right[0])
    for place in right[1]:
        paths[place].append(left[0])
    return node_hash(left[0], right[0]), left[1] + right[1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `index` of a tree of `size` leaves to `root`."""
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last <= 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and 0 <= index < size and node == root
