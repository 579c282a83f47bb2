"""The verdict on every Python construct: the finding that refuses it.

A construct that is in neither table is translated. `translate` consults the tables and goes on after a refusal, so
that all findings of a function are reported at once.
"""

from __future__ import annotations

import ast

STATEMENTS: dict[type[ast.stmt], tuple[str, str]] = {
    ast.Try: ("A002", "try"),
    ast.TryStar: ("A002", "try"),
    ast.With: ("A003", "with"),
    ast.AsyncWith: ("A003", "with"),
    ast.Import: ("A009", "import"),
    ast.ImportFrom: ("A009", "import"),
    ast.AsyncFor: ("A030", "async for"),
    ast.AsyncFunctionDef: ("A030", "async def"),
    ast.ClassDef: ("A022", "class"),
}

EXPRESSIONS: dict[type[ast.expr], tuple[str, str]] = {
    ast.SetComp: ("A006", "comprehension"),
    ast.GeneratorExp: ("A006", "comprehension"),
    ast.Set: ("A007", "set"),
    ast.JoinedStr: ("A008", "f-string"),
    ast.FormattedValue: ("A008", "f-string"),
    ast.Starred: ("A014", "*"),
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

SYMBOLS: dict[type[ast.AST], str] = {
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}

ATTRIBUTES = {"shape": "shape", "size": "size", "ndim": "rank", "T": "transpose", "real": "real", "imag": "imag"}
