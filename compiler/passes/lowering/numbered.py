"""The number of what an operation raises, instead of the exception.

Before:  `bad = eq(y, 0.0)`, `if bad: fail ZeroDivisionError`, `t = div(x, y)`
After:   `code = 0`, `bad = eq(y, 0.0)`, `if bad: code = 1`

The test whether an operation raises is its lowering up to the last place that does.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.limits import is_limit
from ...ir.nodes import Apply, Assign, Block, Const, Fail, For, If, Stmt, Var, While
from ...ir.traversal import blocks, walk, with_blocks
from ...ir.types import PY_BOOL, PY_INT

NONE = Const(0, PY_INT)


def names(block: Block) -> frozenset[str]:
    """The exceptions of Python that a block at level LOOPS may raise."""
    return frozenset(s.exception for s in walk(block) if isinstance(s, Fail) and not is_limit(s))


def numbered(block: Block, code: Var, numbers: dict[str, int], whole: bool) -> Block:
    """The lowering of an operation as the test whether it raises: `code` is the number of what it does, or 0.

    With `whole` the operation is carried out where it does not.
    """
    return (Assign(code, NONE, code.span), *_Numbering(code, numbers, whole).block(block))


class _Numbering:
    def __init__(self, code: Var, numbers: dict[str, int], whole: bool) -> None:
        self.whole = whole
        self.code = code
        self.numbers = numbers
        self.counter = 0

    def raises(self, block: Block) -> bool:
        return not self.numbers.keys().isdisjoint(names(block))

    def test(self) -> tuple[Assign, Var]:
        self.counter += 1
        test = Var(f"{self.code.name}.none.{self.counter}", PY_BOOL, self.code.span)
        return Assign(test, Apply("eq", (self.code, NONE), PY_BOOL, self.code.span), self.code.span), test

    def block(self, block: Block) -> Block:
        """A block up to the last statement that raises; what follows one that does is for the case that it has not."""
        out: list[Stmt] = []
        for k, s in enumerate(block):
            if not self.raises(block[k:]):
                return (*out, *(block[k:] if self.whole else ()))
            if isinstance(s, Fail) and self.raises((s,)):
                return (*out, Assign(self.code, Const(self.numbers[s.exception], PY_INT), s.span))
            if not self.raises((s,)):
                out.append(s)
                continue
            rest = self.block(block[k + 1 :])
            match s:
                case If(orelse=()) if self.ends(s.then):
                    return (*out, replace(s, then=self.block(s.then), orelse=rest))
                case For():
                    assign, test = self.test()
                    body: Stmt = replace(s, body=(assign, If(test, self.block(s.body), (), s.span)))
                case While():
                    raise AssertionError("a loop of unknown length raises")
                case _:
                    body = with_blocks(s, tuple(map(self.block, blocks(s))))
            assign, test = self.test()
            return (*out, body, *((assign, If(test, rest, (), s.span)) if rest else ()))
        return tuple(out)

    def ends(self, block: Block) -> bool:
        return bool(block) and isinstance(block[-1], Fail)
