"""Running kernels without the runtime: build IR by hand, link it, call it with slots, look at the reference counts."""

from __future__ import annotations

import ctypes
import itertools
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import binding

from tapeless.compiler.backend.llvm import Kernel, emit_kernel
from tapeless.compiler.backend.llvm.prelude import KEPT
from tapeless.compiler.backend.target import host, object_code, optimise
from tapeless.compiler.ir.nodes import Accumulate, Apply, Assign, Atom, Const, Function, Return, Stack, Stmt, Store, Var
from tapeless.compiler.ir.types import NOTHING, Array, Kind, Scalar, TupleOf, Type

F64, F32, I64, I32, BOOL = (Scalar(k) for k in ("float64", "float32", "int64", "int32", "bool"))
NUMPY = {
    "float64": np.float64,
    "float32": np.float32,
    "int64": np.int64,
    "int32": np.int32,
    "bool": np.bool_,
}

# ------------------------------------------------------------------------------------------------------ writing IR


def var(name: str, type_: Type = F64) -> Var:
    return Var(name, type_)


def num(value: float | int | bool, type_: Scalar | None = None) -> Const:
    """A literal, of Python's kind unless told otherwise."""
    if type_ is None:
        type_ = BOOL if isinstance(value, bool) else I64 if isinstance(value, int) else F64
    return Const(value, type_)


def app(op: str, *args: Atom, type: Type = F64, **attrs: Any) -> Apply:
    return Apply(op, args, type, attrs=tuple(sorted(attrs.items())))


def let(target: Var, op: str, *args: Atom, **attrs: Any) -> Assign:
    """`target = op(args)`, with the type of the target."""
    return Assign(target, app(op, *args, type=target.type, **attrs))


def copy(target: Var, value: Atom) -> Assign:
    return Assign(target, value)


def store(array: Var, index: tuple[Atom, ...], value: Atom) -> Store:
    return Store(array, index, value)


def accumulate(target: Var, value: Atom, *index: Atom) -> Accumulate:
    return Accumulate(target, index, value)


def function(
    params: list[Var], body: list[Stmt], result: list[Atom] | Atom, stacks: tuple[Stack, ...] = ()
) -> Function:
    """A function with its return; several results become a tuple."""
    if isinstance(result, list):
        out = var("out", TupleOf(tuple(r.type for r in result)))
        body = [*body, Assign(out, Apply("tuple", tuple(result), out.type))]
        result = out
    return Function("f", tuple(params), (*body, Return(result)), result.type, stacks=stacks)


def lower(op: str) -> str:
    return {"sin": "@sin", "exp": "@exp", "arctan2": "@atan2", "abs": "llvm.fabs", "sqrt": "llvm.sqrt"}[op]


# --------------------------------------------------------------------------------------------------------- running

_ENTRIES = """
define i32 @test_run(ptr %ctx, ptr %args, ptr %results) {
  %status = call i32 @kernel(ptr %ctx, ptr %args, ptr %results)
  ret i32 %status
}
define void @test_free_all(ptr %ctx) {
  call void @tl.free_all(ptr %ctx)
  ret void
}
define void @test_unlink(ptr %ctx, ptr %header) {
  call void @tl.unlink(ptr %ctx, ptr %header)
  ret void
}
"""
_CLIB = ctypes.CDLL(None)
_CLIB.malloc.restype = ctypes.c_void_p
_CLIB.malloc.argtypes = [ctypes.c_size_t]
_CLIB.free.argtypes = [ctypes.c_void_p]
_numbers = itertools.count()


class Context(ctypes.Structure):
    _fields_ = [
        ("head", ctypes.c_void_p),
        ("state", ctypes.c_void_p),
        ("fuel", ctypes.c_int64),
        ("info", ctypes.c_int64 * 4),
    ]


@dataclass
class Failure(Exception):
    """The kernel reported an error."""

    status: int
    exception: str
    message: str


class Heap:
    """Counts what a kernel allocates. `limit`: larger requests fail."""

    def __init__(self, limit: int = 1 << 40) -> None:
        self.live: dict[int, int] = {}
        self.total = 0
        self.limit = limit
        self.functions = {
            "tl_take": ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_bool)(self.take),
            "tl_give": ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.give),
        }

    def take(self, size: int, zero: bool) -> int:
        if size > self.limit:
            return 0
        address = _CLIB.malloc(size)
        assert address
        ctypes.memset(address, 0 if zero else 0xA5, size)  # so that nothing depends on fresh memory being zero
        self.live[address] = size
        self.total += 1
        return address

    def give(self, address: int) -> None:
        del self.live[address]
        _CLIB.free(address)


class Compiled:
    """A kernel that can be called with Python numbers and NumPy arrays."""

    def __init__(self, f: Function, *, stack_chunk: int = 256, polls: int | None = None, **options: Any) -> None:
        self.function = f
        self.kernel: Kernel = emit_kernel(f, lower, stack_chunk, **options)
        self.heap = Heap()
        self.polls = 0
        self.polls_allowed = polls
        self._check = ctypes.CFUNCTYPE(ctypes.c_int32)(self._poll)
        builder = binding.JITLibraryBuilder().add_object_img(object_code(optimise(self.kernel.text + _ENTRIES, host())))
        builder.add_current_process()
        for name, callback in self.heap.functions.items():
            builder.import_symbol(name, ctypes.cast(callback, ctypes.c_void_p).value)
        builder.import_symbol("PyErr_CheckSignals", ctypes.cast(self._check, ctypes.c_void_p).value)
        for name in ("test_run", "test_free_all", "test_unlink"):
            builder.export_symbol(name)
        self._library = builder.link(_jit(), f"test{next(_numbers)}")
        pointer = ctypes.c_void_p
        self._run = ctypes.CFUNCTYPE(ctypes.c_int32, pointer, pointer, pointer)(self._library["test_run"])
        self._free_all = ctypes.CFUNCTYPE(None, pointer)(self._library["test_free_all"])
        self._unlink = ctypes.CFUNCTYPE(None, pointer, pointer)(self._library["test_unlink"])

    def _poll(self) -> int:
        self.polls += 1
        return -1 if self.polls_allowed is not None and self.polls > self.polls_allowed else 0

    def __call__(self, *arguments: Any) -> Any:
        context = Context(fuel=1 << 20)
        here = ctypes.addressof(context)
        slots = b"".join(
            _pack(p.type, a, k) for k, (p, a) in enumerate(zip(self.function.params, arguments, strict=True))
        )
        results = ctypes.create_string_buffer(8 * 64)
        status = self._run(here, slots, results)
        if status:
            self._free_all(here)
            assert not self.heap.live
            self._raise(status, context)
        values, owners, _ = _unpack(self.function.result, results.raw, 0)
        self._check_references(here, context, owners)
        return values

    def _raise(self, status: int, context: Context) -> None:
        if status == -1:
            raise KeyboardInterrupt
        site = self.kernel.errors[status - 1]
        values = [
            struct.unpack("d", struct.pack("q", raw))[0] if kind.startswith("float") else raw
            for kind, raw in zip(site.kinds, context.info, strict=False)
        ]
        raise Failure(status, site.exception, site.message.format(*values))

    def _check_references(self, here: int, context: Context, owners: list[int]) -> None:
        """Only the results are alive, marked as such."""
        kept = {owner for owner in owners if owner and not owner & 1}
        assert set(self.heap.live) == kept
        for owner in kept:
            assert ctypes.c_int64.from_address(owner + 16).value == KEPT
            self._unlink(here, owner)
        assert not context.head
        self._free_all(here)
        for owner in kept:
            self.heap.give(owner)


_lljit: list[Any] = []


def _jit() -> Any:
    if not _lljit:
        host()
        _lljit.append(binding.create_lljit_compiler(use_jit_link=True))
    return _lljit[0]


_PACK = {"float64": "d", "float32": "f4x", "int64": "q", "int32": "i4x", "bool": "?7x"}


def _pack(type_: Type, value: Any, index: int) -> bytes:
    match type_:
        case Scalar(kind=kind):
            return struct.pack(_PACK[kind], value)
        case Array(kind, rank, layout):
            assert isinstance(value, np.ndarray) and value.dtype == NUMPY[kind] and value.ndim == rank
            assert layout == "A" or value.flags.c_contiguous
            strides = [s // value.itemsize for s in value.strides]
            words = [index << 1 | 1, value.ctypes.data, *value.shape, *strides]
            return struct.pack(f"{len(words)}q", *words)
        case TupleOf(items):
            return b"".join(_pack(t, v, index) for t, v in zip(items, value, strict=True))
        case _:
            return b""


def _unpack(type_: Type, raw: bytes, at: int) -> tuple[Any, list[int], int]:
    match type_:
        case Scalar(kind=kind):
            return struct.unpack_from(_PACK[kind], raw, at)[0], [], at + 8
        case Array(kind, rank, _):
            owner, data, *words = struct.unpack_from(f"{2 + 2 * rank}q", raw, at)
            return _read(kind, data, words[:rank], words[rank:]), [owner], at + 8 * (2 + 2 * rank)
        case TupleOf(items):
            values, owners = [], []
            for item in items:
                value, more, at = _unpack(item, raw, at)
                values.append(value)
                owners += more
            return tuple(values), owners, at
        case _:
            assert type_ == NOTHING
            return None, [], at


def _read(kind: Kind, data: int, shape: list[int], strides: list[int]) -> np.ndarray:
    """A copy of an array, element by element: strides may be of any sign."""
    dtype = np.dtype(NUMPY[kind])
    out = np.empty(shape, dtype)
    for index in np.ndindex(*shape):
        address = data + dtype.itemsize * sum(i * s for i, s in zip(index, strides, strict=True))
        out[index] = np.frombuffer(ctypes.string_at(address, dtype.itemsize), dtype)[0]
    return out


def run(f: Function, *arguments: Any, **options: Any) -> Any:
    """Compile and call once."""
    return Compiled(f, **options)(*arguments)


def evaluate(op: str, type_: Scalar, result: Scalar | None = None, arity: int = 2, **attrs: Any) -> Callable[..., Any]:
    """An operation on numbers as a function."""
    params = [var(f"x{k}", type_) for k in range(arity)]
    y = var("y", result or type_)
    return Compiled(function(params, [let(y, op, *params, **attrs)], y))
