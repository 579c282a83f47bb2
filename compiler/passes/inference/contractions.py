"""Type rules of sums of products: `einsum`, and the products of arrays with more than two axes.

A `contract` has an attribute `subscripts` like `("ij", "jk", "ik")`: a letter for every axis of its one or two operands
and of its result. Every letter of the result occurs in an operand, and no letter twice in one of them.
"""

from __future__ import annotations

from itertools import islice

from ...ir.nodes import Apply, Atom, Var
from ...ir.types import Array, Scalar, is_complex
from ...ops.typing import TypingError, promote
from .compose import Composer, array_type
from .inferrer import Inferrer, Rules
from .shaping import diagonal_of, rule
from .structured import RULES as WHOLE
from .values import Value, type_of

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SUBSCRIPTS = "a letter for each axis, like 'ij,jk->ik', and every letter of the result in an operand"


def contracted(c: Composer, arrays: list[Var], subscripts: list[str], result: str) -> Value:
    """The sum of products of any number of arrays, two at a time from the left."""
    found = [single(c, a, s) for a, s in zip(arrays, subscripts, strict=True)]
    while len(found) > 2:
        (a, s), (b, t) = found[:2]
        wanted = set(result).union(*(s for _, s in found[2:]))
        kept = "".join(x for x in dict.fromkeys(s + t) if x in wanted)
        found[:2] = [(_pair(c, [a, b], [s, t], kept), kept)]
    return _pair(c, [a for a, _ in found], [s for _, s in found], result)


def single(c: Composer, x: Var, letters: str) -> tuple[Var, str]:
    """An operand in which no letter occurs twice: its diagonal."""
    for letter in letters:
        if letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            others = [k for k in range(len(letters)) if k not in (first, second)]
            c.fail_if(c.differ(c.dim(x, first), c.dim(x, second)), "ValueError",
                      f"dimensions in single operand for collapsing index '{letter}' don't match")
            x = diagonal_of(c, c.permuted(x, (*others, first, second)), 0)
            return single(c, x, "".join(letters[k] for k in others) + letter)
    return x, letters


def _pair(c: Composer, arrays: list[Var], subscripts: list[str], result: str) -> Var:
    kind = promote(tuple(a.type for a in arrays if isinstance(a.type, Array)))
    if kind == "bool":
        raise TypingError("T021", what=c.spelled)
    t: Array | Scalar = Array(kind, len(result)) if result else Scalar(kind)
    return c.exactly("contract", tuple(arrays), t, subscripts=(*subscripts, result))


def _einsum(c: Composer) -> None:
    given, text = c.given("arrays"), c.e.attr("subscripts")
    if not isinstance(text, str) or given is None:
        raise TypingError("T041", what=c.spelled, argument="subscripts")
    arrays = c.several(given)
    left, arrow, result = text.replace(" ", "").partition("->")
    ranks = [array_type(a).rank for a in arrays]
    if not arrow:
        result = "..." * ("..." in left)
        result += "".join(sorted(x for x in set(left) - {",", "."} if left.count(x) == 1))
    parts, result = _written_out(left.split(","), result, ranks)
    left = ",".join(parts)
    fits = [len(p) for p in parts] == ranks and all(x in LETTERS for x in (*"".join(parts), *result))
    if not fits or len(set(result)) != len(result) or not set(result) <= set(left):
        raise TypingError("T043", what=c.spelled, reason=f"the subscripts '{text}' do not fit: {SUBSCRIPTS}")
    if len(arrays) == 1 and set(parts[0]) == set(result):  # nothing to sum: NumPy gives a view
        x, letters = single(c, arrays[0], parts[0])
        c.give(c.permuted(x, tuple(map(letters.index, result))))
        return
    c.give(contracted(c, arrays, parts, result))


def _written_out(parts: list[str], result: str, ranks: list[int]) -> tuple[list[str], str]:
    """The subscripts with letters in place of `...`: the same for all operands, counted from the last axis."""
    counts = [rank - len(p) + 3 if p.count("...") == 1 else 0 for p, rank in zip(parts, ranks, strict=False)]
    most = max(counts, default=0)
    free = "".join(x for x in LETTERS if x not in "".join(parts))[:most]
    if "..." not in result and most:  # NumPy wants them in the result
        return parts, "..."
    filled = [p.replace("...", free[most - n :]) if n >= 0 else p for p, n in zip(parts, counts, strict=False)]
    return filled + parts[len(filled) :], result.replace("...", free)


def _tensordot(c: Composer) -> None:
    a, b = (c.as_array(v) for v in c.operands)
    n, m = array_type(a).rank, array_type(b).rank
    asked = c.constant("axes", 2)
    if isinstance(asked, int):
        first, second = tuple(range(n - asked, n)), tuple(range(asked))
    else:
        first, second = (x if isinstance(x, tuple) else (x,) for x in asked)
    first, second = tuple(c.axis(k, n) for k in first), tuple(c.axis(k, m) for k in second)
    if len(first) != len(second):
        raise TypingError("T043", what=c.spelled, reason="`axes` has to name as many axes of one array as of the other")
    for k, j in zip(first, second, strict=True):
        c.fail_if(c.differ(c.dim(a, k), c.dim(b, j)), "ValueError", "shape-mismatch for sum")
    letters = iter(LETTERS)
    ours = list(islice(letters, n))
    theirs = [ours[first[second.index(k)]] if k in second else next(letters) for k in range(m)]
    result = [ours[k] for k in range(n) if k not in first] + [theirs[k] for k in range(m) if k not in second]
    value = contracted(c, [a, b], ["".join(ours), "".join(theirs)], "".join(result))
    c.give(value if result else c.as_array(value))


def _product(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`@`, `dot` and `inner`: rows of their own for vectors and matrices, and sums of products for more axes."""
    c = Composer(inf, target, e, values)
    ranks = tuple(t.rank if isinstance(t := type_of(v), Array) else 0 for v in values)
    if min(ranks) < 1 or ranks == (1, 1) or (c.e.op != "inner" and max(ranks) <= 2):
        WHOLE[c.e.op](inf, target, c.e, values if min(ranks) else [_strong(inf, v, e) for v in values])
        return
    a, b = (c.as_array(v) for v in values)
    if c.e.op == "matmul":
        _batched(c, a, b)
        return
    last = 0 if ranks[1] == 1 else ranks[1] - (1 if c.e.op == "inner" else 2)
    letters = iter(LETTERS)
    ours = list(islice(letters, ranks[0]))
    theirs = [ours[-1] if k == last else next(letters) for k in range(ranks[1])]
    c.fail_if(c.differ(c.dim(a, ranks[0] - 1), c.dim(b, last)), "ValueError",
              f"shapes not aligned: {{}} (dim {ranks[0] - 1}) != {{}} (dim {last})",
              c.dim(a, ranks[0] - 1), c.dim(b, last))
    result = ours[:-1] + [x for k, x in enumerate(theirs) if k != last]
    c.give(contracted(c, [a, b], ["".join(ours), "".join(theirs)], "".join(result)))


def _strong(inf: Inferrer, value: Value, e: Apply) -> Value:
    """A number as products see it, which make an array of it first: it does not adopt the other's precision."""
    t = type_of(value)
    if isinstance(value, tuple) or not isinstance(t, Scalar) or not t.weak or e.op == "matmul":
        return value
    return inf.cast(value, t.kind, e.span, weak=False)


def _batched(c: Composer, a: Var, b: Var) -> None:
    """A product of stacks of matrices; the axes before the last two broadcast."""
    n, m = array_type(a).rank, array_type(b).rank
    core = "yz" if n > 1 else "z", "zx" if m > 1 else "z"
    wide = max(n, m) - 2
    batch = LETTERS[:wide]
    ours, theirs = (batch[wide - max(0, rank - 2) :] + letters for rank, letters in zip((n, m), core, strict=True))
    inner: tuple[Atom, Atom] = c.dim(a, n - 1), c.dim(b, max(0, m - 2))
    c.fail_if(c.differ(*inner), "ValueError",
              "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
              "(n?,k),(k,m?)->(n?,m?) (size {} is different from {})", inner[1], inner[0])
    if m == 2 and array_type(a).layout == "C":  # one matrix, all rows of the stack below each other
        rows, extents = c.dims(a)[:-1], (c.product(c.dims(a)[:-1]), inner[0])
        c.give(c.shaped(c.array("matmul", c.shaped(a, extents), b), (*rows, c.dim(b, 1))))
        return
    result = batch + "".join(x for x in (*core[0], *core[1]) if x != "z")
    c.give(contracted(c, [a, b], [ours, theirs], result))


def _outer(c: Composer) -> None:
    a, b = (c.flat(c.as_array(v, 1)) for v in c.operands)
    WHOLE["outer"](c.inf, c.target, c.e, [a, b])


def _vdot(c: Composer) -> None:
    a, b = (c.flat(c.as_array(v, 1)) for v in c.operands)
    c.rule(c.target, "inner", c.array("conj", a, via="numpy") if is_complex(a.type) else a, b)


RULES: Rules = {
    "vdot": rule(_vdot),
    "einsum": rule(_einsum),
    "tensordot": rule(_tensordot),
    **dict.fromkeys(("dot", "matmul", "inner"), _product),
    "outer": rule(_outer),
}
