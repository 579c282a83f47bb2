"""The one LLVM engine of the process: object code in, addresses out.

LLJIT with JITLink, created when the first object is linked; importing this module does not load llvmlite. Symbols are
given to the linker by address (a statically linked Python exports none to `dlsym`); a missing one is an error.

Threads: one lock around every use of the engine. Fork: the lock, and llvmlite's own, are taken before a fork and let
go on both sides, so that the child never inherits an engine in the middle of something.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from . import fortran, special

# LLVM turns loops into these calls whether a module mentions them or not.
IMPLICIT = ("memcpy", "memmove", "memset", "memcmp")

_lock = threading.RLock()
_engine: _Engine | None = None


class LinkError(RuntimeError):
    """Object code could not be linked: it needs a symbol that this process does not have, or it is damaged."""


class Library:
    """Loaded object code. It is unloaded with the last reference to the library; see `native.make_callable`.

    Code and data are given back then; LLVM keeps about 9 kB for the name of every library there ever was.
    """

    __slots__ = ("__weakref__", "_tracker", "addresses")

    def __init__(self, tracker: Any, addresses: Mapping[str, int]) -> None:
        self._tracker = tracker
        self.addresses = dict(addresses)

    def __getitem__(self, name: str) -> int:
        """The address of an exported symbol."""
        return self.addresses[name]

    def __repr__(self) -> str:
        return f"<Library {self._tracker.name}: {', '.join(sorted(self.addresses))}>"


def link(
    object_bytes: bytes,
    exports: Iterable[str],
    externals: Iterable[str] = (),
    addresses: Mapping[str, int] | None = None,
) -> Library:
    """Load an object file for this machine.

    `exports` are the symbols to find in it, `externals` the symbols it needs by name (`symbol_address` finds them),
    `addresses` further symbols that only the caller knows, such as BLAS routines. Raises `LinkError`.
    """
    given = dict(addresses or {})
    for name in (*IMPLICIT, *externals):
        if name not in given:
            given[name] = symbol_address(name)
    with _lock:
        return _running().link(object_bytes, tuple(exports), given)


def has_support() -> bool:
    """Whether the functions that all entry points share are there."""
    return _engine is not None and _engine.support is not None


def install_support(object_bytes: bytes, exports: Iterable[str], externals: Iterable[str]) -> None:
    """Link the support library, whose functions all entry points share. It stays until the process ends.

    It must be there before the first entry point is linked. A second one is ignored.
    """
    with _lock:
        if not has_support():
            library = link(object_bytes, exports, externals)
            _running().support = library


def symbol_address(name: str) -> int:
    """The address of a function or object of the support library, CPython, NumPy, the C library or its mathematics."""
    support = _engine.support if _engine is not None else None
    if support is not None and name in support.addresses:
        return support[name]
    found = _outside(name)
    if found is not None:
        return found
    for library in _libraries(python=name.startswith(("Py", "_Py"))):
        try:
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        except AttributeError:
            continue
        if address:
            return address
    raise LinkError(f"this process has no symbol {name}")


def _outside(name: str) -> int | None:
    """The address of what SciPy or NumPy has."""
    if name.startswith(fortran.PREFIX):
        return fortran.address(name)
    return special.address(name) if name.startswith(special.PREFIX) else _numpy_addresses().get(name)


@cache
def _numpy_addresses() -> dict[str, int]:
    from . import ndarray

    return ndarray.addresses()


def _libraries(python: bool) -> Iterator[ctypes.CDLL]:
    """Where a symbol may be. What is loaded comes first: to find a library by its name runs another program."""
    if python:
        yield ctypes.pythonapi
        return
    yield _process()
    for name in ("c", "m"):
        library = _library(name)
        if library is not None:
            yield library


@cache
def _process() -> ctypes.CDLL:
    return ctypes.CDLL(None)


@cache
def _library(name: str) -> ctypes.CDLL | None:
    found = ctypes.util.find_library(name)
    return None if found is None else ctypes.CDLL(found)


def _running() -> _Engine:
    """The engine, created on first use; the lock is held."""
    global _engine
    if _engine is None:
        _engine = _Engine()
    return _engine


class _Engine:
    """LLJIT and the library that stays for ever."""

    def __init__(self) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        self._llvm = llvm
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
            reloc="pic", codemodel="small"
        )
        self._jit = llvm.create_lljit_compiler(machine, use_jit_link=True)
        self._linked = 0
        self.support: Library | None = None

    def link(self, object_bytes: bytes, exports: tuple[str, ...], given: Mapping[str, int]) -> Library:
        builder = self._llvm.JITLibraryBuilder().add_object_img(object_bytes)
        # For functions that LLVM puts in place of others (`exp2` for a power of two); all others have an address.
        builder.add_current_process()
        for name, address in given.items():
            builder.import_symbol(name, address)
        for name in exports:
            builder.export_symbol(name)
        self._linked += 1
        # A name cannot be used twice, even after the library is gone.
        try:
            tracker = builder.link(self._jit, f"tapeless_{self._linked}")
        except RuntimeError as error:
            raise LinkError(str(error)) from None
        return Library(tracker, {name: tracker[name] for name in exports})


_held_at_fork: list[Any] = []


def _before_fork() -> None:
    _lock.acquire()
    # llvmlite's lock around every call into LLVM has no public name; the compiler may be inside it.
    ffi = sys.modules.get("llvmlite.binding.ffi")
    lock = getattr(getattr(ffi, "lib", None), "_lock", None)
    if lock is not None:
        lock.__enter__()
        _held_at_fork.append(lock)


def _after_fork() -> None:
    while _held_at_fork:
        _held_at_fork.pop().__exit__(None, None, None)
    _lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
