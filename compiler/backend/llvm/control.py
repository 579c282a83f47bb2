"""Statements."""

from __future__ import annotations

from typing import assert_never

from ...ir.nodes import (
    AGAIN,
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Consume,
    Continue,
    Fail,
    For,
    Fused,
    If,
    Note,
    Pop,
    Print,
    Push,
    Return,
    SetItem,
    Stmt,
    Store,
    Try,
    Unrolled,
    Var,
    While,
    Yield,
)
from ...ir.types import Array, Nothing, Scalar, TupleOf
from .arrays import (
    OPS,
    accumulate_element,
    apart,
    assign_array,
    emit_array,
    extent,
    load_element,
    parts,
    store_element,
    stride,
)
from .errors import AGAIN_STATUS, ErrorSite
from .fortran import emit_fortran
from .frame import Frame, InternalError, array_of, kind_of
from .lanes.strips import emit_lanes
from .loops import charge, emit_for, emit_while
from .prelude import INFO_OFFSET, INFO_SLOTS
from .scalar import emit_scalar
from .stacks import emit_pop, emit_push
from .text import UNLIKELY
from .texts import emit_text


def emit_block(frame: Frame, block: Block) -> None:
    """Write statements up to the first after which nothing can run."""
    for statement in block:
        if not frame.code.open:
            return
        emit_statement(frame, statement)


def emit_statement(frame: Frame, statement: Stmt) -> None:
    """Write one statement. `Return` is the function's last and is written by `kernel`."""
    match statement:
        case Assign():
            _assign(frame, statement)
        case Store(array, index, value):
            store_element(frame, array, index, value)
        case Accumulate():
            _accumulate(frame, statement)
        case If():
            _if(frame, statement)
        case For(body=body) if id(statement) in frame.plans:
            plan = frame.plans[id(statement)]
            emit_lanes(frame, plan, frame.lanes, lambda inner: emit_block(inner, body), emit_statement)
        case For(body=body):
            emit_for(frame, statement, lambda inner: emit_block(inner, body))
        case While(before, _, body):
            emit_while(frame, statement, lambda: emit_block(frame, before), lambda: emit_block(frame, body))
        case Fail(kinds=()):
            _fail(frame, statement)
        case Fail() | Print():
            emit_text(frame, statement)
        case Push():
            emit_push(frame, statement)
        case Pop():
            emit_pop(frame, statement)
        case Note():
            pass
        case Return() | Break() | Continue() | SetItem() | Unrolled() | Consume() | Yield() | Try() | Fused():
            raise InternalError(f"{type(statement).__name__} inside a structured function")
        case _:
            assert_never(statement)


def _assign(frame: Frame, statement: Assign) -> None:
    target, value = statement.target, statement.value
    if isinstance(value, Apply) and value.op == "undefined":
        return
    match target.type:
        case Scalar():
            frame.assign(target, _number(frame, statement))
        case Array():
            if isinstance(value, Var):
                if value.name != target.name:
                    assign_array(frame, target, parts(frame, value))
            elif isinstance(value, Apply):
                emit_array(frame, statement, value)
            else:
                raise InternalError(f"no array: {value!r}")
        case TupleOf():
            frame.tuples[target.name] = _items(frame, value)
        case Nothing():
            pass
        case _:
            raise InternalError(f"a variable without a type in {statement!r}")


def _items(frame: Frame, value: object) -> tuple[Atom, ...]:
    match value:
        case Apply("tuple", items):
            return items
        case Var(name) if name in frame.tuples:
            return frame.tuples[name]
        case _:
            raise InternalError(f"no tuple: {value!r}")


def _number(frame: Frame, statement: Assign) -> str:
    value, kind = statement.value, kind_of(statement.target)
    match value:
        case Var() | Const():
            if kind_of(value) != kind:
                raise InternalError(f"kinds differ in {statement!r}")
            return frame.atom(value)
        case Apply("load", (array, *index)):
            return load_element(frame, array, tuple(index))
        case Apply("charge", (units,)):
            charge(frame, frame.atom(units))
            return "0"
        case Apply("dim", (array,)):
            return extent(frame, array_of(array)[0], value.attr("axis"))
        case Apply("stride", (array,)):
            return stride(frame, *array_of(array), value.attr("axis"))
        case Apply("apart", (one, other)):
            return apart(frame, one, other)
        case Apply("fortran"):
            return emit_fortran(frame, value)
        case Apply(op=op):
            if op in OPS or op == "tuple":
                raise InternalError(f"{op} makes no number: {statement!r}")
            return emit_scalar(frame, value)
        case Call():
            raise InternalError(f"a call that was not inlined: {value!r}")
        case _:
            assert_never(value)


def _accumulate(frame: Frame, statement: Accumulate) -> None:
    target, value = statement.target, statement.value
    if isinstance(target.type, Array):
        accumulate_element(frame, target, statement.index, value)
        return
    kind = kind_of(target)
    if kind_of(value) != kind or statement.index:
        raise InternalError(f"kinds or indices do not fit in {statement!r}")
    frame.assign(target, frame.sum(kind, frame.atom(target), frame.atom(value)))


def _if(frame: Frame, statement: If) -> None:
    if isinstance(statement.test, Const):
        emit_block(frame, statement.then if statement.test.value else statement.orelse)
        return
    code, test = frame.code, frame.atom(statement.test)
    if frame.ruled_out(test):
        emit_block(frame, statement.orelse)
        return
    then, end = code.label("then"), code.label("end")
    orelse = code.label("else") if statement.orelse else end
    hint = UNLIKELY if statement.then and isinstance(statement.then[-1], Fail) else ""
    code.branch(test, then, orelse, hint)
    code.begin(then)
    with frame.region():
        emit_block(frame, statement.then)
    if not statement.orelse:
        code.jump(end)
        code.begin(end)
        if _gives_up(statement.then):
            frame.rule_out(test)
        return
    then_ends = code.open
    code.jump(end)
    code.begin(orelse)
    with frame.region():
        emit_block(frame, statement.orelse)
    if then_ends or code.open:
        code.jump(end)
        code.begin(end)


def _gives_up(block: Block) -> bool:
    """Whether a block says that an assumption does not hold: there are many of one kind, and LLVM takes its time."""
    last = block[-1] if block else None
    return isinstance(last, Fail) and last.exception == AGAIN


def _fail(frame: Frame, statement: Fail) -> None:
    """Leave the values for the message in the context. Allocations are on the context's list: nothing to clean up."""
    if statement.exception == AGAIN:
        frame.fail(AGAIN_STATUS)
        return
    if len(statement.values) > INFO_SLOTS:
        raise InternalError(f"more than {INFO_SLOTS} values in {statement!r}")
    kinds = []
    for k, value in enumerate(statement.values):
        kind = kind_of(value)
        kinds.append(kind)
        number = frame.atom(value)
        slot = frame.at("%ctx", INFO_OFFSET + 8 * k)
        match kind:
            case "float32" | "float64":
                wide = number if kind == "float64" else frame.code.value(f"fpext float {number} to double")
                frame.code.line(f"store double {wide}, ptr {slot}")
            case "int64":
                frame.code.line(f"store i64 {number}, ptr {slot}")
            case "int32":
                frame.code.line(f"store i64 {frame.code.value(f'sext i32 {number} to i64')}, ptr {slot}")
            case "bool":
                frame.code.line(f"store i64 {frame.code.value(f'zext i1 {number} to i64')}, ptr {slot}")
            case "complex64" | "complex128":
                raise InternalError(f"a complex number in the text of an exception: {statement!r}")
            case _:
                assert_never(kind)
    site = ErrorSite(statement.exception, statement.message, tuple(kinds), statement.span)
    frame.fail(frame.errors.status(site))
