"""Elementary functions for loops: our own, because a call of the C library's keeps a loop from being vectorised.

The call of `@tl.math.sin.v1` names the functions for 2, 4 and 8 numbers, and where LLVM vectorises the loop it calls
one of those instead. In a loop over the elements of arrays all have the same bits: what an element becomes must not
depend on its place. A loop of the user's, which often cannot be vectorised, calls `@tl.math.sin.v0` in the same way:
that is the C library's function, which is the faster one on single numbers.

While LLVM works on the loops all of ours are declarations: a body would only slow it down. `bodies` then writes those
that are called, the vector functions to be inlined, so that the sine and the cosine of one argument share what they
have in common.

`kernels.py` holds the mathematics, `parts.py` what several functions share, `coefficients.py` the numbers, and
`lanes.py` the writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..text import PURE, UNLIKELY, UNLIKELY_NODE
from .kernels import KERNELS, OPERANDS, WIDE
from .lanes import Body, Real, hexadecimal

_WIDTHS = (2, 4, 8)
ANCHOR = "tl.math"
_CALLED = re.compile(r"call [^@\n]*@tl\.math\.(\w+)\.v(\d)\(")


def known(symbol: str) -> bool:
    """Whether there is a kernel for a function of the C library."""
    return symbol in KERNELS


def name_of(symbol: str, width: int) -> str:
    """The function that computes `width` values; 0 is the C library's."""
    return f"tl.math.{symbol}.v{width}"


def call(symbol: str, operands: Iterable[str], elements: bool) -> str:
    """The call in a loop, over elements or another one, with the vector functions that may take its place."""
    name, shape = name_of(symbol, 1 if elements else 0), "v" * OPERANDS[symbol]
    variants = ",".join(f"_ZGV_LLVM_N{w}{shape}_{name}({name_of(symbol, w)})" for w in _WIDTHS)
    arguments = ", ".join(f"double {o}" for o in operands)
    return f'call double @{name}({arguments}) {PURE} "vector-function-abi-variant"="{variants}"'


def declarations(symbols: Iterable[str]) -> list[str]:
    """What a module declares that calls the functions. LLVM drops what only attributes name, hence the anchor."""
    lines, names = [], []
    for symbol in sorted(symbols):
        for width in (0, 1, *_WIDTHS):
            t = Body(width).of("double")
            lines.append(f"declare {t} @{name_of(symbol, width)}({', '.join([t] * OPERANDS[symbol])}) {PURE}")
            names.append(f"ptr @{name_of(symbol, width)}")
    if not names:
        return []
    return [*lines, f"@{ANCHOR} = constant [{len(names)} x ptr] [{', '.join(names)}]"]


def anchored(text: str) -> bool:
    """Whether a module has been written with `declarations`."""
    return f"\n@{ANCHOR} = " in text


def called(text: str) -> list[tuple[str, int]]:
    """The functions that an optimised module calls, with their widths."""
    return sorted({(symbol, int(width)) for symbol, width in _CALLED.findall(text)})


@dataclass(frozen=True, slots=True)
class Bodies:
    """A module with functions, and their names."""

    text: str
    names: tuple[str, ...]


def bodies(functions: Sequence[tuple[str, int]], fused: bool) -> Bodies:
    """The functions that a module calls.

    Without a fused multiply-add all are the C library's, lane by lane.
    """
    written = [_body(s, w) if fused and w else _by_lane(s, w) for s, w in functions]
    outside = sorted({line for one in written for line in one.needs})
    return Bodies(
        "\n".join([*outside, *(one.text for one in written), UNLIKELY_NODE, ""]),
        tuple(name for one in written for name in one.names),
    )


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    names: tuple[str, ...]
    needs: set[str]


def _parameters(symbol: str) -> list[str]:
    return ["%x", "%y"][: OPERANDS[symbol]]


def _head(body: Body, name: str, symbol: str, notes: str) -> str:
    t = body.of("double")
    parameters = ", ".join(f"{t} {p}" for p in _parameters(symbol))
    return f"define {t} @{name}({parameters}) {notes} {PURE} {{"


def _library(symbol: str) -> str:
    return f"declare double @{symbol}({', '.join(['double'] * OPERANDS[symbol])}) {PURE}"


def _body(symbol: str, width: int) -> _Written:
    """One function. The vector functions are inlined, the scalar one, for what is left of a loop, is called."""
    body = Body(width)
    result = KERNELS[symbol](*(Real(body, p) for p in _parameters(symbol)))
    name = name_of(symbol, width)
    head = _head(body, name, symbol, "alwaysinline" if width > 1 else "noinline")
    if symbol in WIDE:
        return _guarded(body, head, symbol, result)
    text = "\n".join([head, *body.lines, f"  ret {body.of('double')} {result.name}", "}"])
    return _Written(text, (name,), body.intrinsics)


def _guarded(body: Body, head: str, symbol: str, result: Real) -> _Written:
    """A function that leaves large arguments to the C library: a branch that no lane takes costs nothing."""
    width, t, name = body.width, body.of("double"), name_of(symbol, body.width)
    # A lane that is masked off may be undefined, and no branch may depend on such a number.
    given = body.value(f"freeze {t} %x")
    wide = (Real(body, given).size() >= WIDE[symbol]).name
    slow = f"call double @{symbol}(double {given}) nobuiltin {PURE}"
    if width > 1:
        reduction = f"@llvm.vector.reduce.or.v{width}i1"
        body.intrinsics.add(f"declare i1 {reduction}({body.of('i1')})")
        wide = body.value(f"call i1 {reduction}({body.of('i1')} {wide})")
        slow = f"call {t} @{name}.wide({t} {given}, {t} {result.name}) {PURE}"
    text = "\n".join([
        head, "entry:", *body.lines, f"  br i1 {wide}, label %wide, label %done{UNLIKELY}",
        "wide:", f"  %slow = {slow}", "  br label %done",
        "done:", f"  %result = phi {t} [ {result.name}, %entry ], [ %slow, %wide ]", f"  ret {t} %result", "}",
        *([_lane_by_lane(symbol, width)] if width > 1 else []),
    ])
    needs = body.intrinsics | {_library(symbol), "declare double @llvm.fabs.f64(double)"}
    return _Written(text, (name, f"{name}.wide") if width > 1 else (name,), needs)


def _lane_by_lane(symbol: str, width: int) -> str:
    """The C library's answer for large arguments, the given one for all others."""
    t = Body(width).of("double")
    return f"""define {t} @{name_of(symbol, width)}.wide({t} %x, {t} %given) cold noinline optnone {PURE} {{
entry:
  br label %lane
lane:
  %i = phi i64 [ 0, %entry ], [ %next, %after ]
  %sofar = phi {t} [ %given, %entry ], [ %then, %after ]
  %a = extractelement {t} %x, i64 %i
  %size = call double @llvm.fabs.f64(double %a)
  %large = fcmp oge double %size, {hexadecimal(WIDE[symbol])}
  br i1 %large, label %library, label %after
library:
  %b = call double @{symbol}(double %a) nobuiltin {PURE}
  %set = insertelement {t} %sofar, double %b, i64 %i
  br label %after
after:
  %then = phi {t} [ %sofar, %lane ], [ %set, %library ]
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, {width}
  br i1 %more, label %lane, label %done
done:
  ret {t} %then
}}"""


def _by_lane(symbol: str, width: int) -> _Written:
    """The C library's function for each lane."""
    body = Body(width)
    t, parameters = body.of("double"), _parameters(symbol)
    result = "poison"
    for lane in range(max(width, 1)):
        picked = [p if width < 2 else body.value(f"extractelement {t} {p}, i64 {lane}") for p in parameters]
        arguments = ", ".join(f"double {o}" for o in picked)
        one = body.value(f"call double @{symbol}({arguments}) nobuiltin {PURE}")
        result = one if width < 2 else body.value(f"insertelement {t} {result}, double {one}, i64 {lane}")
    name = name_of(symbol, width)
    text = "\n".join([_head(body, name, symbol, "alwaysinline"), *body.lines, f"  ret {t} {result}", "}"])
    return _Written(text, (name,), {_library(symbol)})
