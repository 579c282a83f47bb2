"""Operations on numbers."""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Atom, Const
from ...ir.types import PY_INT, Kind, Scalar
from .frame import Frame, InternalError, kind_of
from .loops import trip_count
from .polling import literal
from .text import PURE, REGISTER, bits, constant, is_float, suffix
from .vectormath import call, known

_INTEGER = {"add": "add", "sub": "sub", "mul": "mul"}
_BITS = {"bit_and": "and", "bit_or": "or", "bit_xor": "xor"}
_SHIFTS = ("lshift", "rshift")
_FLOAT = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_LOGICAL = {"logical_and": "and", "logical_or": "or"}
_COMPARE_FLOAT = {"eq": "oeq", "ne": "une", "lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge"}
_COMPARE_SIGNED = {"eq": "eq", "ne": "ne", "lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge"}
# The register of True is the number -1 to a signed comparison.
_COMPARE_BOOL = {"eq": "eq", "ne": "ne", "lt": "ult", "le": "ule", "gt": "ugt", "ge": "uge"}
_EXTREMA = {"maximum": ("llvm.maximum", "llvm.smax", "or"), "minimum": ("llvm.minimum", "llvm.smin", "and")}
_OVERFLOWS = {"add_overflows": "sadd", "sub_overflows": "ssub", "mul_overflows": "smul"}
_CLASSES = ("isnan", "isinf", "isfinite", "signbit")
DIGITS = 256  # of the base in which keys are sorted, a power of two
_FAR = 2**62  # what no counter of a program comes near
_INFINITY = constant(float("inf"), "float64")


def emit_scalar(frame: Frame, apply: Apply) -> str:
    """Write an operation on numbers and return its value."""
    op, kind = apply.op, kind_of(apply.args[0])
    if op == "select":
        return _select(frame, apply)
    values = tuple(frame.atom(a) for a in apply.args)
    if op == "cast":
        return _cast(frame, values[0], kind, _result(apply))
    if any(kind_of(a) != kind for a in apply.args):
        raise InternalError(f"{op}: operands of different kinds in {apply!r}")
    if op in _COMPARE_FLOAT:
        return _compare(frame, apply, kind, values)
    if op == "sort_key":
        return _sort_key(frame, kind, values[0])
    if op == "digit":
        shifted = frame.code.value(f"lshr i64 {values[0]}, {values[1]}")
        return frame.code.value(f"and i64 {shifted}, {DIGITS - 1}")
    if op in _CLASSES and is_float(kind):
        return _classify(frame, op, kind, values[0])
    if op == "outside":
        return frame.pure(f"icmp uge {REGISTER[kind]} {values[0]}, {values[1]}")
    if op in _OVERFLOWS:
        return _overflows(frame, apply, kind, values)
    if op == "range_count":
        return trip_count(frame, values[0], values[1], values[2], literal(apply.args[2]))
    if op == "pow_overflows":
        return frame.call("i1", f"tl.{op}.{REGISTER[kind]}", ", ".join(f"{REGISTER[kind]} {v}" for v in values))
    if op in _EXTREMA:
        return _extremum(frame, op, kind, values)
    if op in _BITS:
        return frame.pure(f"{_BITS[op]} {REGISTER[kind]} {values[0]}, {values[1]}")
    if op == "invert":
        return frame.pure(f"xor {REGISTER[kind]} {values[0]}, {'true' if kind == 'bool' else '-1'}")
    if op in _SHIFTS:
        return _shifted(frame, op, kind, values)
    if kind == "bool":
        return _logical(frame, op, values)
    if op in _FLOAT or op in ("neg", "floordiv", "mod"):
        return _arithmetic(frame, apply, kind, values)
    return _function(frame, apply, kind, values)


def _result(apply: Apply) -> Kind:
    if isinstance(apply.type, Scalar):
        return apply.type.kind
    raise InternalError(f"expected a number as the result of {apply!r}")


def _select(frame: Frame, apply: Apply) -> str:
    test, *arms = apply.args
    if kind_of(test) != "bool" or len({kind_of(a) for a in arms}) != 1:
        raise InternalError(f"select: operands of wrong kinds in {apply!r}")
    t = REGISTER[kind_of(arms[0])]
    yes, no = (frame.atom(a) for a in arms)
    return frame.pure(f"select i1 {frame.atom(test)}, {t} {yes}, {t} {no}")


def _arithmetic(frame: Frame, apply: Apply, kind: Kind, values: tuple[str, ...]) -> str:
    op, t = apply.op, REGISTER[kind]
    if op in ("floordiv", "mod"):
        return frame.call(t, f"tl.{op}.{t}", f"{t} {values[0]}, {t} {values[1]}")
    if op == "neg":
        return frame.pure(f"fneg {t} {values[0]}" if is_float(kind) else f"sub {t} 0, {values[0]}")
    if not is_float(kind):
        if op not in _INTEGER:
            raise InternalError(f"{op} of integers: cast them before")
        wraps = "nsw " if apply.attr("fits") else ""
        return frame.pure(f"{_INTEGER[op]} {wraps}{t} {values[0]}, {values[1]}")
    flags = apply.attr("flags", "")
    return frame.code.value(f"{_FLOAT[op]} {flags + ' ' if flags else ''}{t} {values[0]}, {values[1]}")


def _shifted(frame: Frame, op: str, kind: Kind, values: tuple[str, ...]) -> str:
    """As NumPy shifts by a number of places that is negative or too large: everything falls out."""
    t, code = REGISTER[kind], frame.code
    inside = code.value(f"icmp ult {t} {values[1]}, {bits(kind)}")
    if op == "rshift":  # the sign fills the places
        places = code.value(f"select i1 {inside}, {t} {values[1]}, {t} {bits(kind) - 1}")
        return code.value(f"ashr {t} {values[0]}, {places}")
    places = code.value(f"select i1 {inside}, {t} {values[1]}, {t} 0")
    moved = code.value(f"shl {t} {values[0]}, {places}")
    return code.value(f"select i1 {inside}, {t} {moved}, {t} 0")


def _compare(frame: Frame, apply: Apply, kind: Kind, values: tuple[str, ...]) -> str:
    a, b = values
    if is_float(kind):
        return frame.pure(f"fcmp {_COMPARE_FLOAT[apply.op]} {REGISTER[kind]} {a}, {b}")
    table = _COMPARE_BOOL if kind == "bool" else _COMPARE_SIGNED
    if all(x.type == PY_INT for x in apply.args):
        a, b = (_unknown(frame, x, v) for x, v in zip(apply.args, values, strict=True))
    return frame.pure(f"icmp {table[apply.op]} {REGISTER[kind]} {a}, {b}")


def _unknown(frame: Frame, x: Atom, value: str) -> str:
    """A number near the limits, hidden from LLVM: a loop must not seem to end there, as for `_overflows`."""
    near = isinstance(x, Const) and abs(x.value) >= _FAR
    return frame.code.value(f'call i64 asm "", "=r,0"(i64 {value})') if near else value


def _logical(frame: Frame, op: str, values: tuple[str, ...]) -> str:
    if op == "logical_not":
        return frame.pure(f"xor i1 {values[0]}, true")
    if op not in _LOGICAL:
        raise InternalError(f"{op} of booleans: cast them before")
    return frame.pure(f"{_LOGICAL[op]} i1 {values[0]}, {values[1]}")


def _extremum(frame: Frame, op: str, kind: Kind, values: tuple[str, ...]) -> str:
    of_floats, of_integers, of_booleans = _EXTREMA[op]
    t = REGISTER[kind]
    if kind == "bool":
        return frame.pure(f"{of_booleans} i1 {values[0]}, {values[1]}")
    name = f"{of_floats if is_float(kind) else of_integers}.{suffix(kind)}"
    return frame.intrinsic(name, t, (t, t), values)


def _overflows(frame: Frame, apply: Apply, kind: Kind, values: tuple[str, ...]) -> str:
    """Whether a sum, a difference or a product of integers has more digits than its type.

    Where one operand is known LLVM would compare the other with the last number that is small enough. In a loop that
    is an exit after 2**63 - 1 trips, and LLVM 22 decides other exits wrongly beside it (llvm-project issue 180870, see
    docs/native.md). So the sum that stops at the ends of the type is compared instead: no number of trips comes of it.
    """
    op, t, code = apply.op, REGISTER[kind], frame.code
    known = [a.value for a in apply.args if isinstance(a, Const)]
    if len(known) == 1 and op == "mul_overflows" and known[0] == -1:
        zero, other = Const(0, apply.args[0].type), next(a for a in apply.args if not isinstance(a, Const))
        return _overflows(frame, replace(apply, op="sub_overflows", args=(zero, other)), kind, ("0", frame.atom(other)))
    if len(known) != 1 or op == "mul_overflows":
        pair = frame.intrinsic(f"llvm.{_OVERFLOWS[op]}.with.overflow.{t}", f"{{ {t}, i1 }}", (t, t), values)
        return code.value(f"extractvalue {{ {t}, i1 }} {pair}, 1")
    stopped = frame.intrinsic(f"llvm.{_OVERFLOWS[op]}.sat.{t}", t, (t, t), values)
    if not isinstance(apply.args[1], Const):  # known minus x, or known plus x
        undone = code.value(f"{'sub' if op == 'add_overflows' else 'add'} {t} {stopped}, {values[1]}")
        return code.value(f"icmp ne {t} {undone}, {values[0]}")
    if known[0] in (1, -1):
        return code.value(f"icmp eq {t} {stopped}, {values[0]}")
    way = code.value(f"sub {t} {stopped}, {values[0]}")
    return code.value(f"icmp ne {t} {way}, {values[1] if op == 'add_overflows' else -known[0]}")


def _classify(frame: Frame, op: str, kind: Kind, value: str) -> str:
    t, code = REGISTER[kind], frame.code
    if op == "isnan":
        return code.value(f"fcmp uno {t} {value}, {value}")
    if op == "signbit":
        integer = f"i{bits(kind)}"
        pattern = code.value(f"bitcast {t} {value} to {integer}")
        return code.value(f"icmp slt {integer} {pattern}, 0")
    size = frame.intrinsic(f"llvm.fabs.{suffix(kind)}", t, (t,), (value,))
    return code.value(f"fcmp {'oeq' if op == 'isinf' else 'olt'} {t} {size}, {_INFINITY}")


def _sort_key(frame: Frame, kind: Kind, value: str) -> str:
    """A number as bits whose order as an unsigned integer is NumPy's: zeros are equal, and every NaN is the last."""
    code, sign = frame.code, 1 << 63
    if not is_float(kind):
        wide = value if kind == "int64" else code.value(f"{'zext i1' if kind == 'bool' else 'sext i32'} {value} to i64")
        return code.value(f"xor i64 {wide}, {sign - (1 << 64)}")
    wide = value if kind == "float64" else code.value(f"fpext float {value} to double")
    bits_of = code.value(f"bitcast double {code.value(f'fadd double {wide}, 0.0')} to i64")
    turned = code.value(f"or i64 {code.value(f'ashr i64 {bits_of}, 63')}, {sign - (1 << 64)}")
    key = code.value(f"xor i64 {bits_of}, {turned}")
    missing = code.value(f"fcmp uno double {wide}, 0.0")
    return code.value(f"select i1 {missing}, i64 -1, i64 {key}")


def _cast(frame: Frame, value: str, source: Kind, target: Kind) -> str:
    """Any kind to any kind. A float that no integer can hold becomes the least one, as the processor has it in C."""
    s, t, pure = REGISTER[source], REGISTER[target], frame.pure
    if source == target:
        return value
    if target == "bool":
        return pure(f"fcmp une {s} {value}, 0.0" if is_float(source) else f"icmp ne {s} {value}, 0")
    if is_float(source):
        if is_float(target):
            return pure(f"{'fpext' if target == 'float64' else 'fptrunc'} {s} {value} to {t}")
        return pure(f"fptosi {s} {_holding(frame, value, source, target)} to {t}")
    if is_float(target):
        return pure(f"{'uitofp' if source == 'bool' else 'sitofp'} {s} {value} to {t}")
    if source == "bool":
        return pure(f"zext {s} {value} to {t}")
    return pure(f"{'sext' if target == 'int64' else 'trunc'} {s} {value} to {t}")


def _holding(frame: Frame, value: str, source: Kind, target: Kind) -> str:
    """The float where the integer kind can hold it, and else the least integer: `fptosi` has no answer for others."""
    s, code = REGISTER[source], frame.code
    limit = 2.0 ** (bits(target) - 1)
    least = constant(-limit, source)
    # Only a float64 has numbers between the least int32 and the next integer below it.
    low = ("ogt", constant(-limit - 1.0, source)) if (source, target) == ("float64", "int32") else ("oge", least)
    enough = code.value(f"fcmp {low[0]} {s} {value}, {low[1]}")
    small = code.value(f"fcmp olt {s} {value}, {constant(limit, source)}")
    return code.value(f"select i1 {code.value(f'and i1 {enough}, {small}')}, {s} {value}, {s} {least}")


def _function(frame: Frame, apply: Apply, kind: Kind, values: tuple[str, ...]) -> str:
    """An operation that is a function: an integer power, one of LLVM's intrinsics, one of the C library's or ours."""
    op, t = apply.op, REGISTER[kind]
    if op == "pow" and not is_float(kind):
        return frame.call(t, f"tl.pow.{t}", f"{t} {values[0]}, {t} {values[1]}")
    name = "@pow" if op == "pow" else frame.lower(op)
    types = (t,) * len(values)
    if name.startswith("llvm."):
        return frame.intrinsic(f"{name}.{suffix(kind)}", t, types, values)
    if not name.startswith("@") or not is_float(kind):
        raise InternalError(f"{op} of {kind} is lowered to {name!r}")
    if name.startswith("@scipy."):
        return _of_scipy(frame, name[1:], kind, values)
    # What users spell as Python's or through `math` has the C library's bits.
    ours = frame.loop.elements or apply.attr("via") not in (None, "math")
    if ours and frame.loop.plain and known(name[1:]):
        return _in_loop(frame, name[1:], kind, values)
    symbol = name[1:] + ("f" if kind == "float32" else "")
    # Left to itself, LLVM replaces pow(x, 2.0) by a product, which differs from the C library's answer now and then,
    # and introduces functions that were not asked for.
    frame.externals.add(symbol)
    frame.declarations.setdefault(symbol, f"declare {t} @{symbol}({', '.join(types)}) {PURE}")
    arguments = ", ".join(f"{t} {v}" for v in values)
    return frame.code.value(f"call {t} @{symbol}({arguments}) nobuiltin {PURE}")


def _of_scipy(frame: Frame, symbol: str, kind: Kind, values: tuple[str, ...]) -> str:
    """A function that SciPy offers to Cython code, in double precision: its last parameter is Cython's own."""
    code = frame.code
    frame.externals.add(symbol)
    doubles = ", ".join(["double"] * len(values))
    frame.declarations.setdefault(symbol, f"declare double @{symbol}({doubles}, i32) {PURE}")
    if kind == "float32":
        values = tuple(code.value(f"fpext float {v} to double") for v in values)
    result = code.value(f"call double @{symbol}({', '.join(f'double {v}' for v in values)}, i32 0) {PURE}")
    return code.value(f"fptrunc double {result} to float") if kind == "float32" else result


def _in_loop(frame: Frame, symbol: str, kind: Kind, values: tuple[str, ...]) -> str:
    """A function that leaves the loop around it free to be vectorised, in double precision."""
    code, loop = frame.code, frame.loop
    loop.calls = True
    frame.functions.add(symbol)
    frame.externals.add(symbol)
    if kind == "float32":
        values = tuple(code.value(f"fpext float {v} to double") for v in values)
    result = code.value(call(symbol, values, loop.elements))
    return code.value(f"fptrunc double {result} to float") if kind == "float32" else result
