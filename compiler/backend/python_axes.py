"""Operations along axes, and other shapes of arrays, as Python expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..ir.nodes import Apply
from ..ir.types import Array, is_complex
from ..ops import BY_NAME

Print = Callable[[Apply, list[ast.expr]], ast.expr]


def _call(function: str, *args: ast.expr, **keywords: ast.expr) -> ast.expr:
    node: ast.expr = ast.Name(function.split(".")[0], ast.Load())
    for part in function.split(".")[1:]:
        node = ast.Attribute(node, part, ast.Load())
    return ast.Call(node, list(args), [ast.keyword(k, v) for k, v in keywords.items()])


def _method(owner: ast.expr, name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(owner, name, ast.Load()), list(args), [])


def _axes(e: Apply) -> ast.expr:
    axes = [ast.Constant(k) for k in e.attr("axes")]
    return axes[0] if len(axes) == 1 else ast.Tuple(list(axes), ast.Load())


def _reduced(e: Apply, args: list[ast.expr]) -> ast.expr:
    kept: dict[str, ast.expr] = {"keepdims": ast.Constant(True)} if e.attr("keepdims") else {}
    if e.attr("initial") is not None:
        kept["initial"] = ast.Constant(e.attr("initial"))
    row = BY_NAME[e.op.removesuffix("_along")]
    return _call(f"np.{row.numpy[0]}", *args, axis=_axes(e), **kept)


def _largest(e: Apply, args: list[ast.expr]) -> ast.expr:
    """The maximum of all elements, which need not be any when there is something to start from."""
    start = e.attr("initial")
    return _call("np.max", *args, **({} if start is None else {"initial": ast.Constant(start)}))


def _running(e: Apply, args: list[ast.expr]) -> ast.expr:
    single = isinstance(e.type, Array) and e.type.rank == 1
    return _call(f"np.{e.op}", *args, **({} if single else {"axis": _axes(e)}))


def _running_back(e: Apply, args: list[ast.expr]) -> ast.expr:
    turned = _call("np.flip", args[0], axis=_axes(e))
    return _call("np.flip", _call("np.cumsum", turned, axis=_axes(e)), axis=_axes(e))


def _helper(e: Apply, args: list[ast.expr]) -> ast.expr:
    return _call(e.op.removesuffix("_along"), *args, axis=_axes(e))


def _reshape(e: Apply, args: list[ast.expr]) -> ast.expr:
    return _method(args[0], "reshape", *args[1:]) if len(args) > 1 else _method(
        args[0], "reshape", ast.Tuple([], ast.Load()))


def _diagonal(e: Apply, args: list[ast.expr]) -> ast.expr:
    """NumPy's own is read-only, and adjoints are stored through this one."""
    offset = e.attr("offset")
    given = {} if offset == 0 else {"offset": ast.Constant(offset) if offset > 0 else ast.UnaryOp(
        ast.USub(), ast.Constant(-offset))}
    return _call("diagonal", args[0], **given)


def _transpose(e: Apply, args: list[ast.expr]) -> ast.expr:
    axes = e.attr("axes")
    if axes is None or list(axes) == list(range(len(axes)))[::-1]:
        return ast.Attribute(args[0], "T", ast.Load())
    return _method(args[0], "transpose", *map(ast.Constant, axes))


def _contract(e: Apply, args: list[ast.expr]) -> ast.expr:
    *operands, result = e.attr("subscripts")
    return _call("np.einsum", ast.Constant(f"{','.join(operands)}->{result}"), *args)


def _transform(e: Apply, args: list[ast.expr]) -> ast.expr:
    """NumPy's inverse divides by the length unless the other direction does."""
    inverse = {"norm": ast.Constant("forward")} if e.op == "idft_along" else {}
    single = isinstance(e.type, Array) and e.type.rank == 1
    plain = BY_NAME["ifft" if e.op == "idft_along" else "fft"].numpy[0]
    return _call(f"np.{plain}", *args, **({} if single else {"axis": _axes(e)}), **inverse)


def _triangle(e: Apply, args: list[ast.expr]) -> ast.expr:
    k = e.attr("k")
    edge = [] if k == 0 else [ast.Constant(k) if k > 0 else ast.UnaryOp(ast.USub(), ast.Constant(-k))]
    return _call("np.triu" if e.attr("upper") else "np.tril", *args, *edge)


def _convolved(e: Apply, args: list[ast.expr]) -> ast.expr:
    if e.op == "convolve_full":
        return _call("np.convolve", *args)
    return _call("np.correlate", args[0], _conjugate(args[1]) if is_complex(e.args[1].type) else args[1])


def _conjugate(given: ast.expr) -> ast.expr:
    """NumPy's `correlate` takes the conjugate of its second operand, which is undone here."""
    if isinstance(given, ast.Call) and ast.unparse(given.func) == "np.conj":
        return given.args[0]
    return _call("np.conj", given)


PRINT: dict[str, Print] = {
    **dict.fromkeys(("sum_along", "prod_along", "max_along", "min_along", "norm_along", "count_nonzero_along",
                     "all_along", "any_along", "argmax", "argmin"), _reduced),
    **dict.fromkeys(("cumsum", "cumprod"), _running),
    "cumsum_back_along": _running_back,
    **dict.fromkeys(("prod_of_others_along", "cumprod_back_along"), _helper),
    **dict.fromkeys(("dft_along", "idft_along"), _transform),
    **dict.fromkeys(("convolve_full", "slide"), _convolved),
    "reshape": _reshape,
    "diagonal": _diagonal,
    "transpose": _transpose,
    "contract": _contract,
    "triangle": _triangle,
    "max": _largest,
}
