"""Exceptions of built functions are Python's, from the user's line."""

from __future__ import annotations

import traceback
from types import ModuleType
from typing import Any

import numpy as np
import pytest

RAISING = [
    ("quotient", (1.0, 0.0)),
    ("quotient", (1.0, -0.0)),
    ("element", (np.ones(3), 3)),
    ("element", (np.ones(3), -4)),
    ("element", (np.ones(0), 0)),
    ("always_raises", (1.0,)),
    ("annotated", (0.0,)),
    ("broadcast", (np.ones((2, 3)), np.ones(2))),
    ("solved", (np.zeros((2, 2)), np.ones(2))),
    ("product", (np.ones((33, 33)), np.ones((32, 33)))),
]


@pytest.mark.parametrize(("name", "arguments"), RAISING)
@pytest.mark.parametrize("called", ["value", "grad", "value_and_grad", "vjp"])
def test_class_message_and_line(
    package: ModuleType, source: ModuleType, name: str, arguments: tuple, called: str
) -> None:
    found, expected = (raised(getattr(module, name), called, arguments) for module in (package, source))
    assert type(found) is type(expected)
    assert str(found) == str(expected)
    last, wanted = (traceback.extract_tb(e.__traceback__)[-1] for e in (found, expected))
    assert (last.lineno, last.colno, last.end_lineno, last.end_colno, last.name) == (
        wanted.lineno, wanted.colno, wanted.end_lineno, wanted.end_colno, wanted.name
    )  # fmt: skip
    assert last.filename in ("building/everything.py", "building/helpers.py")
    assert wanted.filename.endswith(last.filename)


def raised(function: Any, called: str, arguments: tuple) -> BaseException:
    with pytest.raises(Exception) as caught, np.errstate(all="ignore"):
        (function if called == "value" else getattr(function, called))(*arguments)
    return caught.value


def test_a_read_only_array_is_refused_at_the_line_of_the_store(package: ModuleType, source: ModuleType) -> None:
    x = np.ones(3)
    x.flags.writeable = False
    found, expected = (raised(module.store, "value", (x, 0.5)) for module in (package, source))
    assert (type(found), str(found)) == (type(expected), str(expected))
    last, wanted = (traceback.extract_tb(e.__traceback__)[-1] for e in (found, expected))
    assert (last.lineno, last.name) == (wanted.lineno, wanted.name)


def test_arguments_that_overlap(package: ModuleType) -> None:
    x = np.arange(6.0)
    assert package.copy_into(x[:4], x[1:5]) == 0.0  # every element is overwritten before it is read
    with pytest.raises(ValueError, match=r"`copy_into` writes into `y`, which shares memory with another argument"):
        package.copy_into.grad(x[:4], x[1:5])


def test_an_array_that_would_be_converted_is_not_written_to(package: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"`store` writes into `x`, which is not a plain aligned array; pass"):
        package.store(np.ones(3, ">f8"), 0.5)
