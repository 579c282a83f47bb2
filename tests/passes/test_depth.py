"""Programs that are nested deeply: compiled, and in a time that grows with their length."""

from __future__ import annotations

import sys
import time

import pytest

from ops.written import function
from tapeless.compiler import depth, pipeline
from tapeless.compiler.depth import deeply
from tapeless.compiler.ir.traversal import walk
from tapeless.signatures import parse_signature


def frames() -> int:
    found, frame = 0, sys._getframe()
    while frame is not None:
        found, frame = found + 1, frame.f_back  # type: ignore[assignment]
    return found


def chain(length: int) -> str:
    return "def f(x):\n    s = x\n    if s > 1000.0:\n        s = 1.0\n" + "".join(
        f"    elif s > {1000 - k}.0:\n        s = s * {k}.5\n" for k in range(length)) + "    return s\n"


def compiled(length: int) -> int:
    """How many statements the gradient of a chain has."""
    typed = pipeline.typed(pipeline.surface(function(chain(length))), parse_signature("float"))  # type: ignore[arg-type]
    return len(list(walk(pipeline.lowered(pipeline.adjoint(typed, ("x",), False)).body)))


def test_where_python_gives_little_room() -> None:
    expected = compiled(20)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames() + 120)
    try:
        assert compiled(20) == expected
    finally:
        sys.setrecursionlimit(limit)


def test_a_chain_of_branches() -> None:
    typed = pipeline.typed(pipeline.surface(function(chain(300))), parse_signature("float"))  # type: ignore[arg-type]
    assert typed.name == "f"


def nest(levels: int) -> str:
    lines = ["def f(x):", "    s = 0.0"]
    lines += [f"{'    ' * (k + 1)}for i{k} in range(2):" for k in range(levels)]
    return "\n".join([*lines, f"{'    ' * (levels + 1)}s = s + x * {' * '.join(f'i{k}' for k in range(levels))}",
                      "    return s\n"])


def test_loops_inside_loops() -> None:
    """The time does not double with each level."""
    begin = time.process_time()
    typed = pipeline.typed(pipeline.surface(function(nest(18))), parse_signature("float"))  # type: ignore[arg-type]
    pipeline.adjoint(typed, ("x",), False)
    assert time.process_time() - begin < 5.0


@deeply
def counted(n: int) -> int:
    return 0 if n == 0 else counted.__wrapped__(n - 1) + 1  # type: ignore[attr-defined]


def test_recursion_beyond_the_limit() -> None:
    assert counted(4000) == 4000


def test_what_is_too_deep_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "LIMIT", 3000)
    with pytest.raises(RecursionError, match="nested too deeply to be compiled"):
        counted(100_000)


def test_what_the_work_raises_is_raised() -> None:
    @deeply
    def failing(n: int) -> int:
        if n == 0:
            raise KeyError("here")
        return int(failing.__wrapped__(n - 1)) + 1  # type: ignore[attr-defined]

    with pytest.raises(KeyError, match="here"):
        failing(4000)
