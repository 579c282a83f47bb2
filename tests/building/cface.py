"""Calling the C functions of a plan from Python, as a C program would: through `ctypes`, with buffers of its own."""

from __future__ import annotations

import copy
import ctypes
import platform
import shutil
import subprocess
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy

from tapeless.building import emit
from tapeless.building.header import CLibrary, Face, c_library
from tapeless.building.plan import Plan
from tapeless.compiler import foreign
from tapeless.compiler.backend import target
from tapeless.compiler.backend.cabi import Output
from tapeless.compiler.ir.types import Array
from tapeless.records import opened

C_TYPES = {
    "uint8_t": ctypes.c_uint8, "int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64, "float": ctypes.c_float,
    "double": ctypes.c_double,
}  # fmt: skip
needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")


class Call(ctypes.Structure):
    """`tapeless_call` of the header."""

    _fields_ = (
        ("workspace", ctypes.c_void_p),
        ("workspace_size", ctypes.c_int64),
        ("workspace_used", ctypes.c_int64),
        ("numbers", ctypes.c_int64 * 8),
    )


class CError(Exception):
    """A code other than 0, with its text."""

    def __init__(self, code: int, text: str, numbers: Sequence[int]) -> None:
        super().__init__(code, text, list(numbers))
        self.code, self.text, self.numbers = code, text, list(numbers)


def cc_link(place: Path, objects: list[Path], routines: Sequence[str] = ()) -> None:
    """Link with the C compiler; nothing may be missing that the C library, or SciPy's BLAS, does not have."""
    command = ["cc", "-shared", "-Wl,--no-undefined", "-o", str(place), *map(str, objects), "-lm"]
    if routines:
        jumps = place.with_name("blas.s")
        jump = "jmp" if platform.machine() == "x86_64" else "b"
        jumps.write_text("".join(f".globl {n}\n{n}: {jump} scipy_{n}@PLT\n" for n in routines)
                         + '.section .note.GNU-stack,"",@progbits\n')
        command += [str(jumps), str(blas()), f"-Wl,-rpath,{blas().parent}", "-Wl,--allow-shlib-undefined"]
    subprocess.run(command, check=True, capture_output=True)


def blas() -> Path:
    """The BLAS that SciPy brings along; its functions have the usual names behind `scipy_`."""
    found = list(Path(scipy.__file__).parent.parent.glob("scipy.libs/libscipy_openblas*.so"))
    if len(found) != 1 or platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("needs the OpenBLAS of SciPy's wheel")
    return found[0]


class Loaded:
    """The C functions of a plan, compiled, linked and loaded."""

    def __init__(self, plan: Plan, folder: Path, name: str = "lib", only: Sequence[str] = (),
                 own_products: bool = False) -> None:
        library = c_library(plan, name, own_products=own_products)
        self.library = CLibrary(name, tuple(f for f in library.faces if not only or f.purpose in only), library.missing)
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for stem, text in self.library.texts().items():
            path = folder / f"{stem}.o"
            path.write_bytes(target.object_code(foreign.c_module(text, target.host())))
            paths.append(path)
        place = folder / emit.shared_name(name, target.host().triple)
        cc_link(place, paths, self.library.routines)
        self.dll = ctypes.CDLL(str(place))
        self._texts = {what: self.dll[f"{name}_error_{what}"] for what in ("message", "kinds")}
        for function in self._texts.values():
            function.restype = ctypes.c_char_p
        self.faces = {f.code.name: f for f in self.library.faces}

    def message(self, code: int) -> str:
        return self._texts["message"](code).decode()

    def kinds(self, code: int) -> str:
        return self._texts["kinds"](code).decode()

    def of(self, purpose: str) -> Face:
        (face,) = (f for f in self.library.faces if f.purpose == purpose)
        return face

    def run(self, face: Face, arguments: tuple[Any, ...], heads: Sequence[Any] = (), call: Call | None = None) -> Any:
        """The items of the result, as a list; arrays as arrays, numbers as NumPy numbers.

        The extents of results that are not known are asked for first: on copies, as the function may write into its
        arguments.
        """
        extents: dict[str, Any] = {}
        if any(o.open for o in face.outputs):
            copies = self.leaves(face, copy.deepcopy(arguments))
            self._call(face, copies, heads, call, extents, {})
        found = {n: tuple(e) for n, e in extents.items()}
        return self._call(face, self.leaves(face, arguments), heads, call, {}, found)

    def leaves(self, face: Face, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The numbers and arrays in the arguments."""
        values: list[Any] = []
        for value in opened(face.unit.types, face.unit.function.bind(arguments, {})):
            values.extend(_flat(value))
        return tuple(v for v in values if v is not None and not isinstance(v, str | Enum))

    def _call(
        self, face: Face, leaves: tuple[Any, ...], heads: Sequence[Any], call: Call | None, extents: dict[str, Any],
        room: dict[str, tuple[int, ...]],
    ) -> list[Any]:
        given = dict(zip([i.name for i in face.inputs if not i.constant], [*leaves, *_flat(tuple(heads))], strict=True))
        results: dict[str, Any] = {}
        for output in face.outputs:
            results[output.name] = self._buffer(output, given, room)
            if output.open and output.name not in room:
                extents[output.name] = np.zeros(output.type.rank, dtype=np.int64)
        passed = [self._argument(p, given, results, extents) for p in face.code.parameters[:-1]]
        call = call or Call()
        code = self.dll[face.code.name](*passed, ctypes.byref(call))
        if code:
            raise CError(code, self.message(code), call.numbers)
        return [results[o.name] if isinstance(o.type, Array) else results[o.name][()] for o in face.outputs]

    def _buffer(self, output: Output, given: dict[str, Any], room: dict[str, tuple[int, ...]]) -> Any:
        t = output.type
        if not isinstance(t, Array):
            return np.zeros((), dtype=t.kind)
        if output.like is not None:
            return np.full(given[output.like].shape, 77, dtype=t.kind)
        if output.open:
            return np.full(room[output.name], 77, dtype=t.kind) if output.name in room else None
        return np.zeros((), dtype=t.kind)

    def _argument(self, p: Any, given: dict[str, Any], results: dict[str, Any], extents: dict[str, Any]) -> Any:
        if p.role == "number":
            return C_TYPES[p.type.strip()](given[p.of])
        if p.role == "data":
            return ctypes.c_void_p(given[p.of].ctypes.data)
        if p.role == "extent":
            return ctypes.c_int64(given[p.of].shape[p.axis])
        if p.role == "stride":
            return ctypes.c_int64(given[p.of].strides[p.axis] // given[p.of].itemsize)
        if p.role == "result":
            return ctypes.c_void_p(None if results[p.of] is None else results[p.of].ctypes.data)
        if p.role == "room":
            return ctypes.c_int64(0 if results[p.of] is None else results[p.of].size)
        assert p.role == "extents"
        return ctypes.c_void_p(extents[p.of].ctypes.data if p.of in extents else None)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, complex | np.complexfloating):
        return [value.real, value.imag]
    return [v for item in value for v in _flat(item)] if isinstance(value, tuple) else [value]

