"""`--refresh-golden` writes the stored texts of this folder anew; see `golden/stored.py`."""

import pytest

from golden.stored import add_option


def pytest_addoption(parser: pytest.Parser) -> None:
    add_option(parser)
