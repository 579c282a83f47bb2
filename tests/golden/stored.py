"""Texts kept in files, compared byte for byte.

`python -m pytest tests/golden tests/passes tests/diagnostics --refresh-golden` writes them anew. Read the difference
before committing it: a stored text is the claim that the output is right.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

OPTION = "--refresh-golden"


def add_option(parser: pytest.Parser) -> None:
    """For the `conftest.py` of a folder with stored texts; several folders may ask for it."""
    try:
        parser.addoption(OPTION, action="store_true", default=False, help="write the stored texts anew")
    except ValueError:  # another folder has added it
        return


def refreshing(config: pytest.Config) -> bool:
    """Whether to write stored texts. False where the option is not known: pytest run on the whole of `tests`."""
    return bool(config.getoption(OPTION, default=False))


def compare(path: Path, text: str, config: pytest.Config) -> None:
    """Fail unless the file holds exactly this text; with the option, write it."""
    if refreshing(config):
        path.write_bytes(text.encode())
        return
    assert path.exists(), f"{path.name} is missing: run with {OPTION} and read what it writes"
    stored = path.read_bytes().decode()
    if stored != text:
        lines = difflib.unified_diff(stored.splitlines(), text.splitlines(), "stored", "now", lineterm="")
        pytest.fail("\n".join([f"{path.name} differs", *lines]), pytrace=False)
