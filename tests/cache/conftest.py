"""The cache is on, in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .kept import Compilations


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's entries are."""
    monkeypatch.setenv("TAPELESS_CACHE", "1")
    monkeypatch.setenv("TAPELESS_CACHE_DIR", str(tmp_path / "kept"))
    monkeypatch.delenv("TAPELESS_CACHE_SIZE", raising=False)
    return tmp_path / "kept"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> Compilations:
    """Counts what is translated and what is compiled."""
    return Compilations(monkeypatch)
