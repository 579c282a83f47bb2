"""The examples of docs/python.md, and that nothing of Python's grammar is without a verdict."""

from __future__ import annotations

import ast
import functools
import linecache
import math
import textwrap
import warnings
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate
from tapeless.compiler.catalogue import CATALOGUE
from tapeless.compiler.frontend import verdicts

X = np.array([1.7, 0.65, 0.95])
TABLES = {name: getattr(verdicts, name) for name in
          ("STATEMENTS", "EXPRESSIONS", "OPERATORS", "PATTERNS", "BUILTINS", "METHODS")}
EVERY = {name: verdict for table in TABLES.values() for name, verdict in table.items()}
ACCEPTED = [pytest.param(text, id=f"{name}-{k}") for name, v in EVERY.items() for k, text in enumerate(v.accepted)]
REFUSED = [pytest.param(text, code, id=f"{name}-{code}")
           for name, v in EVERY.items() for text, code in v.refused if text]
# Classes that only old versions of Python have, and bases that no node is of.
ABSTRACT = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice", "Suite"}


def square(a):
    return a * a


def function(code: str) -> Any:
    """`code` as the body of a function of `x` that returns `y`."""
    text = "def example(x):\n" + textwrap.indent(code, "    ") + "\n    return y\n"
    file = f"<python: {code}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope = {"np": np, "math": math, "functools": functools, "square": square}
    exec(compile(text, file, "exec"), scope)
    return scope["example"]


@pytest.mark.parametrize("code", ACCEPTED)
def test_what_is_accepted_agrees_with_python(code: str) -> None:
    example = function(code)
    compiled = differentiate(example)
    expected = example(X.copy())
    assert compiled(X.copy()) == expected
    value, gradient = compiled.value_and_grad(X)
    assert value == expected
    assert gradient.shape == X.shape


@pytest.mark.parametrize(("code", "expected"), REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_what_is_refused_has_the_code(code: str, expected: str) -> None:
    with warnings.catch_warnings(), pytest.raises(CompileError) as caught:
        warnings.simplefilter("ignore")
        differentiate(function(code)).grad(X)
    assert [finding.code for finding in caught.value.findings] == [expected]


@pytest.mark.parametrize(
    ("base", "tables"),
    [(ast.stmt, ("STATEMENTS",)), (ast.expr, ("EXPRESSIONS",)), (ast.pattern, ("PATTERNS",)),
     *((base, ("OPERATORS",)) for base in (ast.operator, ast.unaryop, ast.boolop, ast.cmpop))],
)  # fmt: skip
def test_every_node_has_a_verdict(base: type[ast.AST], tables: tuple[str, ...]) -> None:
    known = {name for table in tables for name in TABLES[table]}
    assert {cls.__name__ for cls in base.__subclasses__()} - ABSTRACT - known == set()


def test_every_verdict_has_an_example_or_belongs_to_another_node() -> None:
    without = {name for name, v in EVERY.items() if not v.accepted and not any(text for text, _ in v.refused)}
    assert without == {"TypeAlias", "AsyncFor", "AsyncWith", "Await", "FormattedValue", "Interpolation", "TemplateStr"}


def test_every_code_is_one_of_the_catalogue() -> None:
    assert {code for v in EVERY.values() for code in (*([v.code] if v.code else []), *dict(v.refused).values())} <= set(
        CATALOGUE)
