"""An operation that makes a new array is carried out where it is asked what it raises, and not again behind that.

Before:  `code = raises(a, of='cholesky')`, `t = ne(code, 0)`, `if t: …  else: y = cholesky(a)`
After:   `code = raises(a, of='cholesky', into=y)`, `t = ne(code, 0)`, `if t: …  else: y = computed(a)`

Nothing lies between the question and the operation but what computes its operands, so what it reads is the same.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Assign, Block, Function, If, Stmt, Var
from ...ir.traversal import blocks, with_blocks
from ...ir.types import Array
from ..effects import VIEWS


def once(function: Function) -> Function:
    """The function with `computed` for the operations that `raises` carries out."""
    return replace(function, body=_block(function.body))


def _block(block: Block) -> Block:
    out = [with_blocks(s, tuple(map(_block, blocks(s)))) for s in block]
    asked: dict[str, int] = {}  # the places of questions, by the variable that holds the number, and then by its test
    for k, s in enumerate(out):
        match s:
            case Assign(value=Apply(op="raises")):
                asked[s.target.name] = k
            case Assign(value=Apply(op="ne", args=(Var(name=code), _))) if code in asked:
                asked[s.target.name] = asked[code]
            case If(test=Var(name=test)) if test in asked and all(isinstance(t, Assign) for t in out[asked[test] : k]):
                question = out[asked[test]]
                assert isinstance(question, Assign) and isinstance(question.value, Apply)
                target, orelse = _taken(s.orelse, question.value)
                if target is not None and not question.value.attr("into"):
                    attrs = (*question.value.attrs, ("into", target))
                    out[asked[test]] = replace(question, value=replace(question.value, attrs=attrs))
                    out[k] = replace(s, orelse=orelse)
            case _:
                pass
    return tuple(out)


def _taken(block: Block, question: Apply) -> tuple[Var | None, Block]:
    """The first array that is made by the operation of a question, and the block without making it."""
    wanted = (question.attr("of"), question.args, question.attr("given"), question.attr("type"))
    for k, s in enumerate(block):
        if not isinstance(s, Assign) or not isinstance(s.value, Apply):
            return None, block
        e = s.value
        if (e.op, e.args, e.attrs, e.type) == wanted and isinstance(e.type, Array) and e.op not in VIEWS:
            done: Stmt = replace(s, value=replace(e, op="computed"))
            return s.target, (*block[:k], done, *block[k + 1 :])
    return None, block
