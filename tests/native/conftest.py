"""No test of this folder may leave memory of a kernel behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from .build import live_blocks


@pytest.fixture(autouse=True, scope="module")
def older_objects_stay() -> None:
    """What earlier tests have left is not looked at after each test: with many modules that takes most of a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    before = live_blocks()
    yield
    gc.collect()
    assert live_blocks() == before
