"""One package with functions of every kind, built once."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

import tapeless
from building.calls import EXAMPLES


@pytest.fixture(scope="session")
def source() -> ModuleType:
    """The module that the package is built from."""
    return importlib.import_module("building.everything")


@pytest.fixture(scope="session")
def out(source: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package `everything_built` is in."""
    folder = tmp_path_factory.mktemp("built")
    tapeless.build(source.__name__, folder, name="everything_built", examples=EXAMPLES, cpu="native")
    return folder


@pytest.fixture(scope="session")
def package(out: Path) -> ModuleType:
    """The package, imported."""
    sys.path.insert(0, str(out))
    importlib.invalidate_caches()
    try:
        return importlib.import_module("everything_built")
    finally:
        sys.path.remove(str(out))
