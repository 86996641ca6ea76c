"""The journal's tree: SHA-256 over leaves and pairs, so that one root stands for every entry in its sequence.

Source: RFC 6962, section 2.1; checking a path as in RFC 9162, section 2.1.3.2. A leaf's hash is `journal.leaf_hash`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

_NODE = b"\x01"


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
        """The root of all leaves; of none, SHA-256 of nothing."""
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


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of these leaf hashes.

    >>> root_of([]).hex()[:16]
    'e3b0c44298fc1c14'
    """
    return Edge().grown(leaves).root


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes that lead from the leaf at `index`, counted from 0, to the root of `leaves`."""
    if len(leaves) == 1:
        return ()
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:middle], leaves[middle:]
    if index < middle:
        return (*inclusion_path(left, index), root_of(right))
    return (*inclusion_path(right, index - middle), root_of(left))


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
