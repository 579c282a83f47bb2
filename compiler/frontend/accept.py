"""The findings that refuse a construct, by the class of its node, from the table of verdicts.

A construct that is in neither table is translated. `translate` consults the tables and goes on after a refusal, so
that all findings of a function are reported at once.
"""

from __future__ import annotations

import ast

from . import verdicts

STATEMENTS: dict[type[ast.AST], tuple[str, str]] = {
    getattr(ast, name): (v.code, v.what) for name, v in verdicts.STATEMENTS.items() if v.code and hasattr(ast, name)
}
EXPRESSIONS: dict[type[ast.AST], tuple[str, str]] = {
    getattr(ast, name): (v.code, v.what) for name, v in verdicts.EXPRESSIONS.items() if v.code and hasattr(ast, name)
}

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "bit_and",
    ast.BitOr: "bit_or",
    ast.BitXor: "bit_xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
}

COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Is: "is",
    ast.IsNot: "is_not",
    ast.In: "in",
    ast.NotIn: "not_in",
}

ATTRIBUTES = {"shape": "shape", "size": "size", "ndim": "rank", "T": "transpose", "mT": "matrix_transpose",
              "flat": "flat", "real": "real", "imag": "imag"}
