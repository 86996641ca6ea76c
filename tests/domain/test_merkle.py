"""The journal's tree against the published vectors, and against a second implementation that follows RFC 6962's words.

Vectors: the reference Merkle tree of Certificate Transparency (its eight leaves and their roots), RFC 6962 section 2.1.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.record.merkle import Edge, is_included, node_hash, ways_to_root

LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PATHS = {  # the leaf's place and the tree's size, and the path between them
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def leaf(content: str) -> bytes:
    """The leaf hash of these hexadecimal digits."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(content)).digest()


def head(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, in its own words."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = max(power for power in (2**n for n in range(64)) if power < len(leaves))
    return hashlib.sha256(b"\x01" + head(leaves[:k]) + head(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, in its own words."""
    if len(leaves) == 1:
        return []
    k = max(power for power in (2**n for n in range(64)) if power < len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), head(leaves[k:])]
    return [*path(m - k, leaves[k:]), head(leaves[:k])]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_published(size: int) -> None:
    assert Edge().grown(map(leaf, LEAVES[:size])).root.hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "size"), PATHS)
def test_the_paths_are_those_published(place: int, size: int) -> None:
    leaves = [leaf(content) for content in LEAVES[:size]]
    ways = ways_to_root(leaves, [place])
    assert tuple(step.hex() for step in ways.paths[place]) == PATHS[place, size]
    assert is_included(leaves[place], place, size, ways.paths[place], bytes.fromhex(ROOTS[size]))


@given(hashes)
def test_two_implementations_agree(leaves: list[bytes]) -> None:
    assert Edge().grown(leaves).root == head(leaves)
    ways = ways_to_root(leaves, range(len(leaves)))
    assert ways.root == head(leaves)
    assert [list(ways.paths[place]) for place in range(len(leaves))] == [
        path(place, leaves) for place in range(len(leaves))
    ]


@given(hashes, st.integers(0, 70))
def test_a_tree_that_grows_is_the_tree_of_all_its_leaves(leaves: list[bytes], parted: int) -> None:
    assert Edge().grown(leaves[:parted]).grown(leaves[parted:]) == Edge().grown(leaves)


@given(hashes)
def test_the_edges_spans_hold_each_leaf_once(leaves: list[bytes]) -> None:
    edge = Edge().grown(leaves)
    assert [number for span in edge.spans for number in span] == list(range(1, len(leaves) + 1))
    assert [head(leaves[span[0] - 1 : span[-1]]) for span in edge.spans] == list(edge.peaks)


@given(hashes, st.data())
def test_a_path_leads_from_its_own_leaf_to_its_own_root_only(leaves: list[bytes], data: st.DataObject) -> None:
    size, root = len(leaves), Edge().grown(leaves).root
    place = data.draw(st.integers(0, size - 1))
    way = ways_to_root(leaves, {place}).paths[place]
    assert is_included(leaves[place], place, size, way, root)
    changed = bytes([leaves[place][0] ^ 1]) + leaves[place][1:]
    assert not is_included(changed, place, size, way, root)
    assert not is_included(leaves[place], place, size, way, changed)
    assert not is_included(leaves[place], place, size, (*way, changed), root)
    assert not is_included(leaves[place], size, size, way, root)
    if way:
        assert not is_included(leaves[place], place, size, way[:-1], root)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_path_of_every_leaf_of_a_small_tree_leads_to_its_root(size: int) -> None:
    leaves = [leaf(content) for content in LEAVES[:size]]
    for place in range(size):
        assert is_included(leaves[place], place, size, path(place, leaves), head(leaves))


def test_a_path_that_goes_on_above_the_root_leads_nowhere() -> None:
    """Otherwise whoever has an entry could show it in a tree of their own that has it below."""
    alone, other = leaf("00"), leaf("10")
    assert not is_included(alone, 0, 1, [other], node_hash(other, alone))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=40, unique=True))
def test_another_sequence_is_another_root(leaves: list[bytes]) -> None:
    roots = {Edge().grown(leaves).root}
    for first, second in pairwise(range(len(leaves))):
        swapped = list(leaves)
        swapped[first], swapped[second] = leaves[second], leaves[first]
        roots.add(Edge().grown(swapped).root)
    assert len(roots) == len(leaves)
