"""Each refusal names the right line, shows it, gives the reason and a remedy; and nothing of ours shows through."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .cases import REFUSALS
from .refusal import Refusal

CODE = re.compile(r"\[[A-Z]\d{3}\]")


def load(folder: Path, name: str, source: str) -> Callable[..., Any]:
    """The function `f` of a module written to a file, as a user's would be."""
    path = folder / f"{name}.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(f"refused_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module.f


def refuse(fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The error of the first call to the gradient; decorating may already raise it."""
    from tapeless import CompileError, differentiate

    with warnings.catch_warnings(), pytest.raises(CompileError) as caught:
        warnings.simplefilter("ignore")
        differentiate(fn).grad(*args)
    return caught.value


def underlined(message: str, line: str) -> str:
    """The part of a source line that the carets below it mark."""
    shown = message.splitlines()
    for above, below in itertools.pairwise(shown):
        if line.strip() in above and "^" in below:
            start, stop = below.index("^"), below.rindex("^") + 1
            return above[start:stop]
    raise AssertionError(f"no caret under {line.strip()!r} in\n{message}")


def assert_nothing_of_ours(message: str) -> None:
    import tapeless

    assert "Traceback" not in message
    assert 'File "' not in message
    assert str(Path(inspect.getfile(tapeless)).parent) not in message


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
def test_refused_with_line_reason_and_remedy(case: Refusal, tmp_path: Path) -> None:
    error = refuse(load(tmp_path, case.name, case.source), case.args)
    message = str(error)
    line = case.source.splitlines()[case.marked_lines[0] - 1]

    assert isinstance(error, SyntaxError)
    assert Path(error.filename).name == f"{case.name}.py"
    assert error.lineno in case.marked_lines
    assert error.offset and 1 <= error.offset <= len(line)
    assert error.text and line.strip() in error.text

    assert CODE.search(message), message
    assert f"{case.name}.py:{case.marked_lines[0]}" in message, message
    assert "help:" in message, message
    assert case.says.lower() in message.lower(), message
    assert_nothing_of_ours(message)
    assert_caret(case, message, line)


def assert_caret(case: Refusal, message: str, line: str) -> None:
    marked = underlined(message, line)
    assert marked.strip(), message
    if case.under:
        assert marked in case.under or case.under in marked, f"the caret is under {marked!r}\n{message}"


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
def test_cases_are_python(case: Refusal) -> None:
    """A case is refused by Tapeless, not by the parser of Python, and it says where."""
    compile(case.source, case.name, "exec")
    assert case.marked_lines


def test_all_findings_at_once(tmp_path: Path) -> None:
    source = """
import numpy as np

def f(x):
    table = frozenset((x, 1.0))  #!
    try:
        y = x * x
    except 3:  #!
        y = x
    label = f"{x}"  #!
    del table.first  #!
    return y
"""
    case = Refusal("many", source, says="")
    message = str(refuse(load(tmp_path, "many", source), case.args))
    places = [message.index(f"many.py:{number}") for number in case.marked_lines]
    assert places == sorted(places), "in the order of the lines"
    assert len(CODE.findall(message)) >= len(case.marked_lines)


def test_all_type_findings_at_once(tmp_path: Path) -> None:
    source = """
import numpy as np

def f(a):
    s = np.sine(a)  #!
    t = a.total()  #!
    u = np.linalg.tensorinv(a)  #!
    return np.sum(a)
"""
    case = Refusal("many_types", source, says="", args=(np.eye(2),))
    message = str(refuse(load(tmp_path, "many_types", source), case.args))
    for number in case.marked_lines:
        assert f"many_types.py:{number}" in message, message


def test_findings_of_a_helper_and_of_its_caller(tmp_path: Path) -> None:
    source = """
def helper(v):
    names = ["a"]  #!
    return v

def f(x):
    with open("x") as log:  #!
        y = helper(x)
    return helper(x) * y
"""
    case = Refusal("both", source, says="")
    message = str(refuse(load(tmp_path, "both", source), case.args))
    assert "both.py:7" in message, message


def test_same_message_twice(tmp_path: Path) -> None:
    case = next(case for case in REFUSALS if case.name == "tensorsolve")
    fn = load(tmp_path, case.name, case.source)
    assert str(refuse(fn, case.args)) == str(refuse(fn, case.args))


def test_a_refusal_does_not_stay(tmp_path: Path) -> None:
    """Refused for one signature, right for the next."""
    from tapeless import CompileError, differentiate

    f = differentiate(load(tmp_path, "first_entry", "def f(x):\n    return x[0] * x[0]\n"))
    with pytest.raises((CompileError, TypeError)):
        f.grad(1.5)
    np.testing.assert_array_equal(f.grad(np.array([1.5, 2.0])), [3.0, 0.0])


def test_the_path_from_the_gradient_is_told(tmp_path: Path) -> None:
    """Why the offending value mattered: which gradient, with respect to what."""
    source = """
import numpy as np

def f(theta):
    s = np.linalg.tensorinv(theta)  #!
    return np.sum(s)
"""
    message = str(refuse(load(tmp_path, "path", source), (np.eye(2),)))
    assert "tensorinv" in message
    assert_nothing_of_ours(message)
