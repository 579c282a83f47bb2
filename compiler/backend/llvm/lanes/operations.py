"""Operations on vectors of numbers, one for each iteration."""

from __future__ import annotations

from collections.abc import Callable

from ....ir.nodes import Accumulate, Apply, Assign, Atom, For, Stmt, Store, Var
from ....ir.types import Kind, Scalar
from ..frame import InternalError, kind_of
from ..polling import literal
from ..text import PURE, REGISTER, bits, constant, is_float, suffix
from ..vectormath import known, name_of
from .lanes import Lanes, constant_zero

Lower = Callable[[str], str]

_INTEGER = {"add": "add", "sub": "sub", "mul": "mul", "bit_and": "and", "bit_or": "or", "bit_xor": "xor"}
_FLOAT = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_LOGICAL = {"logical_and": "and", "logical_or": "or", "bit_and": "and", "bit_or": "or", "bit_xor": "xor"}
_FLOATS = {"eq": "oeq", "ne": "une", "lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge"}
_SIGNED = {"eq": "eq", "ne": "ne", "lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge"}
_BOOL = {"eq": "eq", "ne": "ne", "lt": "ult", "le": "ule", "gt": "ugt", "ge": "uge"}
_EXTREMA = {"maximum": ("maximum", "smax"), "minimum": ("minimum", "smin")}
_OVERFLOWS = {"add_overflows": "sadd", "sub_overflows": "ssub", "mul_overflows": "smul"}
_CLASSES = ("isnan", "isinf", "isfinite")
_INFINITY = float("inf")
_DIVISIONS = ("floordiv", "mod")
_OTHERS = ("load", "select", "cast", "outside", "neg", "invert", "logical_not")


def in_lanes(s: Stmt, vectors: frozenset[str], lower: Lower) -> bool:
    """Whether lanes can run a statement; what is the same for all iterations is no matter."""
    match s:
        case Assign(target, Apply() as apply) if target.name in vectors and _differs(apply.args, vectors):
            return _known(apply, lower)
        case For():
            return not _differs((s.start, s.stop, s.step), vectors) or literal(s.step) == 1
        case Store(value=value) | Accumulate(value=value):
            return isinstance(value.type, Scalar) and value.type.kind in REGISTER
        case _:
            return True


def _differs(atoms: tuple[Atom, ...], vectors: frozenset[str]) -> bool:
    return any(isinstance(a, Var) and a.name in vectors for a in atoms)


def _known(apply: Apply, lower: Lower) -> bool:
    op, kind = apply.op, kind_of(apply.args[-1])
    if op in _OTHERS or op in _FLOATS:
        return True
    if kind == "bool":
        return op in _LOGICAL
    if not is_float(kind):
        return op in _INTEGER or op in _DIVISIONS or op in _OVERFLOWS or op in _EXTREMA
    return op in _FLOAT or op in _CLASSES or op in _EXTREMA or _function_name(op, lower) != ""


def _function_name(op: str, lower: Lower) -> str:
    """What an elementwise function of floats is called, if lanes can call it."""
    if op == "pow":
        return "@pow"
    try:
        name = lower(op)
    except KeyError:
        return ""
    plain = name.startswith("@") and not name.startswith("@scipy.")
    return name if plain or name.startswith("llvm.") else ""


def calls_library(s: Stmt, lower: Lower) -> bool:
    """Whether the statement calls a function of the C library for each iteration on its own."""
    if not (isinstance(s, Assign) and isinstance(s.value, Apply)) or not s.value.args:
        return False
    op, last = s.value.op, s.value.args[-1].type
    if op in _OTHERS or op in _FLOATS or op in _FLOAT or not isinstance(last, Scalar) or not is_float(last.kind):
        return False
    return _function_name(op, lower).startswith("@") and not _ours(s.value, lower)


def _ours(apply: Apply, lower: Lower) -> bool:
    return apply.attr("via") not in (None, "math") and known(_function_name(apply.op, lower)[1:])


def emit_vector(lanes: Lanes, apply: Apply, mask: str) -> str:
    """Write an operation, on operands of which one at least is a vector, and return its value."""
    op, kind, code = apply.op, kind_of(apply.args[-1]), lanes.frame.code
    values = [lanes.vector(a) for a in apply.args]
    t = lanes.type(kind)
    if op == "cast":
        return _cast(lanes, values[0], kind, kind_of_result(apply))
    if op == "select":
        return code.value(f"select {lanes.type('bool')} {values[0]}, {t} {values[1]}, {t} {values[2]}")
    if op in _FLOATS:
        if is_float(kind):
            return code.value(f"fcmp {_FLOATS[op]} {t} {values[0]}, {values[1]}")
        return code.value(f"icmp {(_BOOL if kind == 'bool' else _SIGNED)[op]} {t} {values[0]}, {values[1]}")
    if op == "outside":
        return code.value(f"icmp uge {t} {values[0]}, {values[1]}")
    if op in _OVERFLOWS:
        pair = f"{{ {t}, {lanes.type('bool')} }}"
        both = lanes.intrinsic(f"llvm.{_OVERFLOWS[op]}.with.overflow", kind, pair, (t, t), values)
        return code.value(f"extractvalue {pair} {both}, 1")
    if op in ("invert", "logical_not"):
        ones = lanes.splat("true" if kind == "bool" else "-1", kind)
        return code.value(f"xor {t} {values[0]}, {ones}")
    if op == "neg":
        return code.value(f"fneg {t} {values[0]}" if is_float(kind) else f"sub {t} zeroinitializer, {values[0]}")
    if op in _EXTREMA:
        name = _EXTREMA[op][0 if is_float(kind) else 1]
        return lanes.intrinsic(f"llvm.{name}", kind, t, (t, t), values)
    return _binary(lanes, apply, kind, values, mask)


def _binary(lanes: Lanes, apply: Apply, kind: Kind, values: list[str], mask: str) -> str:
    op, code, t = apply.op, lanes.frame.code, lanes.type(kind)
    if kind == "bool":
        return code.value(f"{_LOGICAL[op]} {t} {values[0]}, {values[1]}")
    if op in _DIVISIONS:
        return _divided(lanes, op, kind, values, mask)
    if not is_float(kind):
        return code.value(f"{_INTEGER[op]} {t} {values[0]}, {values[1]}")
    if op in _FLOAT:
        flags = apply.attr("flags", "")
        return code.value(f"{_FLOAT[op]} {flags + ' ' if flags else ''}{t} {values[0]}, {values[1]}")
    if op == "isnan":
        return code.value(f"fcmp uno {t} {values[0]}, {values[0]}")
    if op in ("isinf", "isfinite"):
        size = lanes.intrinsic("llvm.fabs", kind, t, (t,), values)
        limit = lanes.splat(constant(_INFINITY, kind), kind)
        return code.value(f"fcmp {'oeq' if op == 'isinf' else 'olt'} {t} {size}, {limit}")
    return _function(lanes, apply, kind, values, mask)


def _divided(lanes: Lanes, op: str, kind: Kind, values: list[str], mask: str) -> str:
    """Python's division of integers, which rounds down, or its remainder; idle lanes divide one by one."""
    code, t, m = lanes.frame.code, lanes.type(kind), lanes.type("bool")
    one = lanes.splat("1", kind)
    a, b = (lanes.chosen(mask, kind, value, one) for value in values)
    rest = code.value(f"srem {t} {a}, {b}")
    uneven = code.value(f"icmp ne {t} {rest}, zeroinitializer")
    signs = code.value(f"icmp slt {t} {code.value(f'xor {t} {a}, {b}')}, zeroinitializer")
    down = code.value(f"and {m} {uneven}, {signs}")
    if op == "mod":
        return code.value(f"add {t} {rest}, {lanes.chosen(down, kind, b, constant_zero(lanes, kind))}")
    quotient = code.value(f"sdiv {t} {a}, {b}")
    return code.value(f"add {t} {quotient}, {code.value(f'sext {m} {down} to {t}')}")


def kind_of_result(apply: Apply) -> Kind:
    """The kind of the number that an operation gives."""
    if isinstance(apply.type, Scalar):
        return apply.type.kind
    raise InternalError(f"expected a number as the result of {apply!r}")


def _cast(lanes: Lanes, value: str, source: Kind, target: Kind) -> str:
    """As for single numbers: a float that no integer can hold becomes the least one."""
    code, s, t = lanes.frame.code, lanes.type(source), lanes.type(target)
    if source == target:
        return value
    if target == "bool":
        return code.value(f"{'fcmp une' if is_float(source) else 'icmp ne'} {s} {value}, zeroinitializer")
    if is_float(source):
        if is_float(target):
            return code.value(f"{'fpext' if target == 'float64' else 'fptrunc'} {s} {value} to {t}")
        return code.value(f"fptosi {s} {_holding(lanes, value, source, target)} to {t}")
    if is_float(target):
        return code.value(f"{'uitofp' if source == 'bool' else 'sitofp'} {s} {value} to {t}")
    if source == "bool":
        return code.value(f"zext {s} {value} to {t}")
    return code.value(f"{'sext' if target == 'int64' else 'trunc'} {s} {value} to {t}")


def _holding(lanes: Lanes, value: str, source: Kind, target: Kind) -> str:
    code, s, m = lanes.frame.code, lanes.type(source), lanes.type("bool")
    limit = 2.0 ** (bits(target) - 1)
    least = lanes.splat(constant(-limit, source), source)
    narrow = (source, target) == ("float64", "int32")
    low = lanes.splat(constant(-limit - 1.0, source), source) if narrow else least
    enough = code.value(f"fcmp {'ogt' if narrow else 'oge'} {s} {value}, {low}")
    small = code.value(f"fcmp olt {s} {value}, {lanes.splat(constant(limit, source), source)}")
    both = code.value(f"and {m} {enough}, {small}")
    return code.value(f"select {m} {both}, {s} {value}, {s} {least}")


def _function(lanes: Lanes, apply: Apply, kind: Kind, values: list[str], mask: str) -> str:
    """One of LLVM's functions, of ours, or the C library's for one lane after the other."""
    frame = lanes.frame
    name, t, wide = _function_name(apply.op, frame.lower), lanes.type(kind), lanes.type("float64")
    if name.startswith("llvm."):
        return lanes.intrinsic(name, kind, t, (t,) * len(values), values)
    if _ours(apply, frame.lower):
        symbol = name[1:]
        frame.functions.add(symbol)
        frame.externals.add(symbol)
        if kind == "float32":
            values = [frame.code.value(f"fpext {t} {v} to {wide}") for v in values]
        given = ", ".join(f"{wide} {v}" for v in values)
        result = frame.code.value(f"call {wide} @{name_of(symbol, lanes.width)}({given}) {PURE}")
        return frame.code.value(f"fptrunc {wide} {result} to {t}") if kind == "float32" else result
    symbol, one = name[1:] + ("f" if kind == "float32" else ""), REGISTER[kind]
    frame.externals.add(symbol)
    frame.declarations.setdefault(symbol, f"declare {one} @{symbol}({', '.join([one] * len(values))}) {PURE}")
    return lanes.one_by_one(mask, kind, [(kind, v) for v in values], lambda given: frame.code.value(
        f"call {one} @{symbol}({', '.join(f'{one} {v}' for v in given)}) nobuiltin {PURE}"))


def suffix_of(kind: str, width: int) -> str:
    """The suffix of an overloaded intrinsic for vectors: `llvm.fabs.v8f64`."""
    return f"v{width}{suffix(kind)}"
