"""Large blocks that are kept between calls: which, how many, for how many threads."""

from __future__ import annotations

import ctypes
import threading

import pytest

from tapeless.compiler.backend.entry import support_text
from tapeless.compiler.backend.entry.blocks import CACHE_LINE, LARGEST_KEPT, MOST_KEPT, SMALLEST_KEPT
from tapeless.runtime import engine

from .build import COUNTING, LAYOUT, object_code

HEADER = 32


class Blocks:
    """A library of its own, with an allocator that counts."""

    def __init__(self) -> None:
        names = ("live", "counting_malloc", "counting_calloc", "counting_free")
        self.counting = engine.link(object_code(COUNTING), names, ("malloc", "calloc", "free"))
        support = support_text(LAYOUT)
        allocator = {name: self.counting[f"counting_{name}"] for name in ("malloc", "calloc", "free")}
        self.library = engine.link(object_code(support.text), support.exports, support.externals, allocator)
        self._take = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_int64, ctypes.c_bool)(self.library["tl_take"])
        self._give = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.library["tl_give"])

    def take(self, total: int, zero: bool = False) -> int:
        address = self._take(total, zero)
        assert address and (address + HEADER) % CACHE_LINE == 0
        ctypes.c_int64.from_address(address + 24).value = total - HEADER
        return address

    def give(self, address: int) -> None:
        self._give(address)

    @property
    def live(self) -> int:
        """Blocks that the C library has lent: in use, or kept."""
        return ctypes.c_int64.from_address(self.counting["live"]).value


@pytest.fixture
def blocks() -> Blocks:
    return Blocks()


@pytest.mark.parametrize("total", [SMALLEST_KEPT + 1, 40_000, 65_536, 65_537, 1 << 20, 3_000_000, LARGEST_KEPT])
def test_a_large_block_is_used_again(blocks: Blocks, total: int) -> None:
    first = blocks.take(total)
    ctypes.memset(first, 0xA5, total)
    ctypes.c_int64.from_address(first + 24).value = total - HEADER
    blocks.give(first)
    assert blocks.live == 1
    again = blocks.take(total)
    assert again == first
    assert blocks.take(total) != first  # in use


@pytest.mark.parametrize("total", [HEADER, HEADER + 1, 1000, SMALLEST_KEPT, LARGEST_KEPT + 1, 1 << 26])
def test_other_blocks_go_back(blocks: Blocks, total: int) -> None:
    blocks.give(blocks.take(total))
    assert blocks.live == 0


def test_every_size_has_a_class_that_holds_it(blocks: Blocks) -> None:
    """One byte more than a class holds is another class: a block is never lent for more than it has."""
    sizes = [(4 + quarter) << shift for shift in range(13, 20) for quarter in range(4)]
    for size in sizes[1:]:
        block = blocks.take(size)
        ctypes.memset(block, 0, size)
        ctypes.c_int64.from_address(block + 24).value = size - HEADER
        blocks.give(block)
        assert blocks.take(size) == block
        blocks.give(block)
        if size < LARGEST_KEPT:
            larger = blocks.take(size + 1)
            assert larger != block
            blocks.give(larger)


def test_zeros_are_zeros(blocks: Blocks) -> None:
    total = 100_000
    block = blocks.take(total)
    ctypes.memset(block, 0xA5, total)
    ctypes.c_int64.from_address(block + 24).value = total - HEADER
    blocks.give(block)
    assert blocks.take(total, zero=True) == block
    content = ctypes.string_at(block + HEADER, total - HEADER)
    assert content == bytes(total - HEADER)


def test_no_more_than_the_most_is_kept(blocks: Blocks) -> None:
    held = [blocks.take(size) for size in (LARGEST_KEPT, 1 << 23, 12 << 20) for _ in range(6)]
    for block in held:
        blocks.give(block)
    assert 0 < blocks.live <= MOST_KEPT // (1 << 23)
    small = [blocks.take(1 << 17) for _ in range(22)]
    before = blocks.live
    for block in small:
        blocks.give(block)
    assert before - blocks.live >= 6  # sixteen places in a class


def test_threads_never_share_a_block(blocks: Blocks) -> None:
    sizes = (40_000, 40_001, 70_000)
    wrong: list[int] = []

    def work(mark: int) -> None:
        for k in range(3000):
            total = sizes[k % 3]
            block = blocks.take(total)
            here = ctypes.c_int64.from_address(block + HEADER)
            here.value = mark
            other = blocks.take(total)
            ctypes.c_int64.from_address(other + HEADER).value = -mark
            if here.value != mark:
                wrong.append(k)
            blocks.give(block)
            blocks.give(other)

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert blocks.live <= 16 * 2  # two classes
