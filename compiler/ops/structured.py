"""Operations on whole arrays: constructors, shapes, indexing, reductions and products.

`infer` chooses the row for the ranks at hand (`dot` becomes `dot11`, `dot21`, …); `loops` writes their loop nests.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

_SUMMED = ("axis", "dtype", "out", "keepdims", "initial", "where")
_MEANT = ("axis", "dtype", "out", "keepdims", "where")
_CHOSEN = ("axis", "out", "keepdims", "initial", "where")
_TRUTH = ("axis", "out", "keepdims", "where")
_SEQUENCE = "its result is a sequence whose length depends on the operand"

CONSTRUCTORS: tuple[Row, ...] = (
    structured("zeros", "shape", "0", numpy="zeros", options=(("dtype", "float64"),), on_complex="parts"),
    structured("ones", "shape", "0", numpy="ones", options=(("dtype", "float64"),), on_complex="parts"),
    structured("empty", "shape", "0", numpy="empty", options=(("dtype", "float64"),), on_complex="parts"),
    structured("full", "shape value", "0", "sum(y_bar)", numpy="full", options=(("dtype", None),),
               on_complex="parts"),
    structured("zeros_like", "x", "0", numpy="zeros_like", options=(("dtype", None),), on_complex="parts"),
    structured("zeros_shaped", "a b", reason="it appears only in derivatives", on_complex="parts"),
    structured("ones_like", "x", "0", numpy="ones_like", options=(("dtype", None),), on_complex="parts"),
    structured("empty_like", "x", "0", numpy="empty_like", options=(("dtype", None),), on_complex="parts"),
    structured("full_like", "x value", "0", "sum(y_bar)", numpy="full_like", options=(("dtype", None),),
               on_complex="parts"),
    structured("arange", "start stop step", numpy="arange", optional=2, options=(("dtype", None),), reason=_SEQUENCE),
    structured("linspace", "start stop num", "sum(y_bar * (1.0 - linspace(0.0, 1.0, size(y))))",
               "sum(y_bar * linspace(0.0, 1.0, size(y)))", "0", numpy="linspace", optional=1,
               example="-1.0, 2.0, 5"),
    structured("raises", "x", "0"),
    structured("computed", "x", reason="it stands behind `raises` only"),
    structured("pack", "", numpy=("array", "asarray"), options=(("dtype", None),), on_complex="parts"),
)

SHAPES: tuple[Row, ...] = for_complex((
    structured("shape", "x", "0", method="shape", numpy="shape"),
    structured("dim", "x", "0"),
    structured("size", "x", "0", method="size", numpy="size"),
    structured("rank", "x", "0", method="ndim", numpy="ndim"),
    structured("len", "x", "0", builtin="len"),
    structured("transpose", "x", "transpose(y_bar)", method=("T", "transpose"), numpy="transpose",
               config="*axes", example="normal(2, 3)"),
    structured("copy", "x", "y_bar", method="copy", numpy="copy", example="normal(2, 3)"),
    structured("asarray", "x", "y_bar"),
    structured("part", "x"),
    structured("astype", "x", "y_bar", method="astype", options=(("dtype", None),), example="normal(2, 3)"),
))

REDUCTIONS: tuple[Row, ...] = (
    structured("sum", "x", "y_bar", method="sum", numpy="sum", config=_SUMMED, by_keyword="where",
               example="normal(2, 3)", on_complex="parts"),
    structured("mean", "x", "y_bar / size(x)", method="mean", numpy="mean", config=_MEANT, by_keyword="where",
               example="normal(2, 3)", on_complex="parts"),
    structured("prod", "x", "prod_of_others(x)", method="prod", numpy="prod", config=_SUMMED,
               example="normal(2, 3)", on_complex="parts"),
    structured("prod_of_others", "x", reason="it appears only in the derivative of `prod`", on_complex="parts"),
    structured("max", "x", "where(x == y, y_bar / count_nonzero(x == y), 0.0)", method="max",
               numpy=("max", "amax"), config=_CHOSEN, example="normal(2, 3)"),
    structured("min", "x", "where(x == y, y_bar / count_nonzero(x == y), 0.0)", method="min",
               numpy=("min", "amin"), config=_CHOSEN, example="normal(2, 3)"),
    structured("norm", "x", "where(y == 0.0, 0.0, x / y)",
               numpy="linalg.norm", config=("ord", "axis", "keepdims"), lower="=sqrt(x)",
               example="normal(2, 3)", on_complex="parts"),
    structured("count_nonzero", "x", "0", numpy="count_nonzero", config=("axis", "keepdims"), by_keyword="keepdims",
               example="normal(2, 3) > 0", on_complex="parts"),
    structured("all", "x", "0", method="all", numpy="all", config=_TRUTH, by_keyword="where",
               example="normal(2, 3) > 0", on_complex="parts"),
    structured("any", "x", "0", method="any", numpy="any", config=_TRUTH, by_keyword="where",
               example="normal(2, 3) > 0", on_complex="parts"),
)

PRODUCTS: tuple[Row, ...] = for_complex((
    structured("dot", "a b", method="dot", numpy="dot"),
    structured("matmul", "a b", infix="@", numpy="matmul"),
    structured("inner", "a b", numpy="inner"),
    structured("vdot", "a b", numpy="vdot"),
    structured("dot11", "a b", "b", "a", example="normal(4), normal(4)"),
    structured("dot21", "a b", "outer(y_bar, b)", "dot12(y_bar, a)", example="normal(3, 4), normal(4)"),
    structured("dot12", "a b", "dot21(b, y_bar)", "outer(a, y_bar)", example="normal(3), normal(3, 4)"),
    structured("dot22", "a b", "dot22(y_bar, transpose(b))", "dot22(transpose(a), y_bar)",
               example="normal(2, 3), normal(3, 4)"),
    structured("outer", "a b", "dot21(y_bar, b)", "dot12(a, y_bar)", numpy="outer", example="normal(3), normal(4)"),
))

MEMORY: tuple[Row, ...] = for_complex((
    structured("getitem", "x"),
    structured("load", "x"),
    structured("view", "x"),
    structured("tuple", ""),
    structured("cast", "x", "y_bar"),
    structured("undefined", ""),
    structured("truth", "x", "0"),
    structured("position", "x", "0"),
    structured("list_new", ""),
    structured("list_frames", "count", "0"),
    structured("passed_on", "x"),
    structured("text", ""),
    structured("list_item", "x", "0"),
    structured("list_room", "x room", "0", "0"),
    structured("list_items", "x", "0"),
    structured("list_array", "x", "0"),
    structured("list_copy", "x"),
    structured("list_shaped", "x"),
    structured("list_tuple", "x", "0"),
    structured("number", "x", "0"),
    structured("list_place", "index count", "0", "0"),
    structured("list_count", "x", "0"),
    structured("list_beside", "x", "0"),
    structured("del_item", "x"),
    structured("list_get", "x index", "0", "0"),
    structured("range_count", "start stop step", "0", "0", "0"),
    structured("iadd", "x v"),
    structured("ask", "x"),
    structured("member_of_enum", "x"),
    structured("one_of", "number", "0"),
    structured("extent", "x"),
    structured("iter_end", "x size"),
    structured("integer", "x"),
    structured("unbound", ""),
    structured("is", "a b"),
    structured("is_not", "a b"),
    structured("in", "a b"),
    structured("not_in", "a b"),
    structured("isinstance", "x"),
))

ROWS: tuple[Row, ...] = (*CONSTRUCTORS, *SHAPES, *REDUCTIONS, *PRODUCTS, *MEMORY)
