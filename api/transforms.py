"""The free functions: `differentiate`, `grad`, `value_and_grad`, `vjp`, `elementwise_grad`."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from tapeless.compiler.diagnostics import Findings
from tapeless.compiler.ir.span import Span

from .function import Derivative, Differentiable
from .records import all_leaves, copied
from .selection import Selection
from .signatures import parse_signature


def differentiate(
    function: Any = None, /, *signatures: str, argnums: Any = None, wrt: Any = None, cache: bool = True
) -> Any:
    """Compile a function to native code, with its derivatives.

    As a decorator, with or without arguments, or called on a function:

        @differentiate
        def loss(theta, t, y): ...

        @differentiate("float64(float64[::1], float64)", wrt="theta")
        def loss(theta, t): ...

    Args:
        function: a function written in Python, with `def` or `lambda`.
        signatures: argument types in Numba's notation, to compile now instead of at the first call.
        argnums: which arguments to differentiate, by position: an int, a tuple, or a slice. Default 0.
        wrt: the same by name: a string or a tuple of strings.
        cache: keep the code on disk for later processes, and take it from there; see docs/cache.md.

    Returns:
        a `Differentiable`.

    Raises:
        CompileError: the function cannot be compiled; at the first call, or now when signatures are given.
    """
    selection = Selection(argnums, wrt)
    if not all(isinstance(text, str) for text in signatures):
        raise TypeError("`differentiate` takes a function and signatures, which are strings; "
                        "the arguments of the function are for what it returns: `differentiate(f).grad(x)`")
    if isinstance(function, str):
        texts = (function, *signatures)
        for text in texts:
            parse_signature(text)
        return lambda f: _made(f, selection, texts, cache)
    if function is None:
        return lambda f: _made(f, selection, signatures, cache)
    return _made(function, selection, signatures, cache)


def _made(
    function: Any, selection: Selection, signatures: tuple[str, ...] = (), cache: bool = True
) -> Differentiable:
    if isinstance(function, Differentiable):
        function = function.py_func
    if isinstance(function, Derivative):
        _refuse(function, "it is already a derivative, and derivatives of derivatives are not supported yet")
    if not isinstance(function, FunctionType):
        _refuse(function, _what(function))
    return Differentiable(function, selection, signatures, cache)


def _what(value: Any) -> str:
    if isinstance(value, type):
        return "it is a class"
    if isinstance(value, BuiltinFunctionType | np.ufunc):
        return "it is built in, without Python source"
    if inspect.ismethod(value):
        return "it is a bound method"
    if isinstance(value, staticmethod | classmethod | property):
        return f"it is a {type(value).__name__}; `@differentiate` goes below `@{type(value).__name__}`"
    return f"it is a {type(value).__name__}, not a function"


def _refuse(value: Any, what: str) -> None:
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith("tapeless"):
        frame = frame.f_back
    file, line = (frame.f_code.co_filename, frame.f_lineno) if frame else ("<unknown>", 0)
    findings = Findings()
    name = getattr(value, "__name__", None) or repr(value)
    text = linecache.getline(file, line)
    span = Span(file, line, len(text) - len(text.lstrip()), line, len(text.rstrip()))
    findings.add("F002", span, name=name, what=what)
    findings.check()


def _selected(function: Any, argnums: Any, wrt: Any) -> Differentiable:
    """The function, with the choice made here, or the one made when it was decorated."""
    if isinstance(function, Differentiable) and argnums is None and wrt is None:
        return function
    cache = function.cache if isinstance(function, Differentiable) else True
    return _made(function, Selection(argnums, wrt), cache=cache)


def grad(function: Any, argnums: Any = None, wrt: Any = None) -> Callable[..., Any]:
    """The gradient of a function that returns one number: `grad(f)(x)` has the shape and dtype of `x`.

    Args:
        function: a Python function or a `Differentiable`.
        argnums, wrt: which arguments, as for `differentiate`; several give a tuple of gradients.

    Raises:
        CompileError: D004 when the function returns an array, D002 for an argument that is not floating-point.
    """
    return _selected(function, argnums, wrt).grad


def value_and_grad(function: Any, argnums: Any = None, wrt: Any = None) -> Callable[..., Any]:
    """`(value, gradient)` in one call, in the order that `scipy.optimize.minimize(jac=True)` expects."""
    return _selected(function, argnums, wrt).value_and_grad


def vjp(function: Any, *args: Any, argnums: Any = None) -> tuple[Any, Callable[..., Any]]:
    """`(value, pullback)`; `pullback(head)` is the gradient for a head gradient of the shape of the value.

    Args:
        function: a Python function or a `Differentiable`; its result may be an array or a tuple.
        args: where to evaluate.
        argnums: which arguments, as for `differentiate`.
    """
    return _selected(function, argnums, None).vjp(*args)


def elementwise_grad(function: Any, argnums: Any = None, wrt: Any = None) -> Callable[..., Any]:
    """The derivative of each element of the result by its own argument, for element-wise functions.

    It is the gradient of the sum of the result: exact where element `i` of the result depends on element `i` of the
    argument alone. Returns an array like the argument; the argument may also be a number.
    """
    selected = _selected(function, argnums, wrt)

    def derivative(*args: Any, **kwargs: Any) -> Any:
        value, pullback = selected.vjp(*args, **kwargs)
        if any(map(np.iscomplexobj, all_leaves(value))):
            raise TypeError("the result is complex, and has two derivatives; take `.real` or `.imag` of it")
        return pullback(copied(value, lambda leaf: leaf if isinstance(leaf, str | None) else np.ones_like(leaf)))

    return derivative
