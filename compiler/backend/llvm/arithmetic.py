"""Division, remainders and powers by Python's rules, as functions of the prelude in LLVM text."""

from __future__ import annotations


def _integers(width: int) -> dict[str, str]:
    """Python's division rounds down, and the remainder has the divisor's sign."""
    t = f"i{width}"
    return {
        f"tl.floordiv.{t}": f"""
define internal {t} @tl.floordiv.{t}({t} %a, {t} %b) alwaysinline nounwind memory(none) {{
  %quotient = sdiv {t} %a, %b
  %product = mul {t} %quotient, %b
  %uneven = icmp ne {t} %product, %a
  %mixed = xor {t} %a, %b
  %below = icmp slt {t} %mixed, 0
  %down = and i1 %uneven, %below
  %one = sext i1 %down to {t}
  %result = add {t} %quotient, %one
  ret {t} %result
}}
""",
        f"tl.mod.{t}": f"""
define internal {t} @tl.mod.{t}({t} %a, {t} %b) alwaysinline nounwind memory(none) {{
  %rest = srem {t} %a, %b
  %uneven = icmp ne {t} %rest, 0
  %mixed = xor {t} %rest, %b
  %wrong = icmp slt {t} %mixed, 0
  %fix = and i1 %uneven, %wrong
  %up = select i1 %fix, {t} %b, {t} 0
  %result = add {t} %rest, %up
  ret {t} %result
}}
""",
    }


def _powers(t: str) -> dict[str, str]:
    """Powers of integers by squaring, and whether they fit."""
    return {
        f"tl.pow.{t}": f"""
define internal {t} @tl.pow.{t}({t} %base, {t} %exponent) nounwind memory(none) {{
entry:
  br label %test
test:
  %result = phi {t} [ 1, %entry ], [ %chosen, %body ]
  %square = phi {t} [ %base, %entry ], [ %squared, %body ]
  %left = phi {t} [ %exponent, %entry ], [ %half, %body ]
  %end = icmp eq {t} %left, 0
  br i1 %end, label %done, label %body
body:
  %low = trunc {t} %left to i1
  %product = mul {t} %result, %square
  %chosen = select i1 %low, {t} %product, {t} %result
  %squared = mul {t} %square, %square
  %half = lshr {t} %left, 1
  br label %test
done:
  ret {t} %result
}}
""",
        # A square is only taken when a factor is still to come, so one that overflows decides.
        f"tl.pow_overflows.{t}": f"""
define internal i1 @tl.pow_overflows.{t}({t} %base, {t} %exponent) nounwind memory(none) {{
entry:
  br label %test
test:
  %result = phi {t} [ 1, %entry ], [ %chosen, %next ]
  %square = phi {t} [ %base, %entry ], [ %squared, %next ]
  %left = phi {t} [ %exponent, %entry ], [ %half, %next ]
  %end = icmp eq {t} %left, 0
  br i1 %end, label %fits, label %body
body:
  %low = trunc {t} %left to i1
  %times = call {{ {t}, i1 }} @llvm.smul.with.overflow.{t}({t} %result, {t} %square)
  %product = extractvalue {{ {t}, i1 }} %times, 0
  %over = extractvalue {{ {t}, i1 }} %times, 1
  %chosen = select i1 %low, {t} %product, {t} %result
  %bad = and i1 %low, %over
  %half = lshr {t} %left, 1
  br i1 %bad, label %wide, label %more
more:
  %last = icmp eq {t} %half, 0
  br i1 %last, label %fits, label %square.next
square.next:
  %pair = call {{ {t}, i1 }} @llvm.smul.with.overflow.{t}({t} %square, {t} %square)
  %squared = extractvalue {{ {t}, i1 }} %pair, 0
  %far = extractvalue {{ {t}, i1 }} %pair, 1
  br i1 %far, label %wide, label %next
next:
  br label %test
fits:
  ret i1 false
wide:
  ret i1 true
}}
""",
    }


def _floats(t: str, s: str) -> dict[str, str]:
    """`float_floor_div` and `float_rem` of CPython's floatobject.c, with NumPy's `npy_divmod` for a zero divisor."""
    return {
        f"tl.floordiv.{t}": f"""
define internal {t} @tl.floordiv.{t}({t} %a, {t} %b) nounwind memory(none) {{
  %ratio = fdiv {t} %a, %b
  %zero = fcmp oeq {t} %b, 0.0
  br i1 %zero, label %plain, label %divide
plain:
  ret {t} %ratio
divide:
  %rest = frem {t} %a, %b
  %less = fsub {t} %a, %rest
  %quotient = fdiv {t} %less, %b
  %uneven = fcmp une {t} %rest, 0.0
  %b.negative = fcmp olt {t} %b, 0.0
  %rest.negative = fcmp olt {t} %rest, 0.0
  %mixed = xor i1 %b.negative, %rest.negative
  %fix = and i1 %uneven, %mixed
  %lower = fsub {t} %quotient, 1.0
  %whole = select i1 %fix, {t} %lower, {t} %quotient
  %some = fcmp une {t} %whole, 0.0
  %floor = call {t} @llvm.floor.{s}({t} %whole)
  %over = fsub {t} %whole, %floor
  %far = fcmp ogt {t} %over, 0.5
  %next = fadd {t} %floor, 1.0
  %near = select i1 %far, {t} %next, {t} %floor
  %signed = call {t} @llvm.copysign.{s}({t} 0.0, {t} %ratio)
  %result = select i1 %some, {t} %near, {t} %signed
  ret {t} %result
}}
""",
        f"tl.mod.{t}": f"""
define internal {t} @tl.mod.{t}({t} %a, {t} %b) nounwind memory(none) {{
  %rest = frem {t} %a, %b
  %uneven = fcmp une {t} %rest, 0.0
  %b.negative = fcmp olt {t} %b, 0.0
  %rest.negative = fcmp olt {t} %rest, 0.0
  %mixed = xor i1 %b.negative, %rest.negative
  %up = fadd {t} %rest, %b
  %fixed = select i1 %mixed, {t} %up, {t} %rest
  %signed = call {t} @llvm.copysign.{s}({t} 0.0, {t} %b)
  %result = select i1 %uneven, {t} %fixed, {t} %signed
  ret {t} %result
}}
""",
    }


ARITHMETIC: dict[str, str] = {
    **_integers(32),
    **_integers(64),
    **_powers("i32"),
    **_powers("i64"),
    **_floats("float", "f32"),
    **_floats("double", "f64"),
}
