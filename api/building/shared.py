"""Shared libraries for C programs, which also name the libraries that they need themselves."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Mapping

from ..loading import UsageError
from .link import ELF, linked

LINKERS = ("cc", "ld", "ziglang")


def shared(objects: Mapping[str, bytes], name: str, triple: str, here: str, linker: str | None = None) -> bytes:
    """A shared library of objects.

    The C compiler is preferred, since it knows where the C library lies, so that the result names it; what other
    linkers make takes its functions from the program that loads it.

    Args:
        objects: by the names of their files.
        name: of the file that the result is for.
        triple: what the objects are for.
        here: the name of the target that this machine is.
        linker: one of `LINKERS`; the first that fits unless given.

    Raises:
        UsageError: there is no linker for this target, or it does not link the objects.
    """
    used, command = _command(name, triple, here, linker)
    return linked(used, command, objects, ["-lm"] if used == "cc" else [])


def _command(name: str, triple: str, here: str, linker: str | None) -> tuple[str, list[str]]:
    """A linker, and its command line up to the objects."""
    if linker is not None and linker not in LINKERS:
        raise UsageError(f"there is no linker `{linker}`; known are {', '.join(LINKERS)}")
    from tapeless.compiler.backend.machines import TRIPLES

    mine = triple.partition("-")[0] == TRIPLES[here].partition("-")[0] and _system(triple) == _system(TRIPLES[here])
    for candidate in LINKERS if linker is None else (linker,):
        command = _native(candidate, name, triple) if mine and candidate != "ziglang" else None
        if candidate == "ziglang" and importlib.util.find_spec("ziglang") is not None:
            command = _zig(name, triple)
        if command is not None:
            return candidate, command
    asked = f"`{linker}`" if linker is not None else "a linker"
    raise UsageError(f"{asked} for shared libraries of {triple} is not on this machine; emit `obj` or `static` and "
                     f"link there, or install the linker from PyPI: pip install 'tapeless[build]'")


def _system(triple: str) -> str:
    return next((s for s in ("linux", "darwin", "macos", "windows", "wasm") if s in triple), "").replace(
        "macos", "darwin")


def _native(linker: str, name: str, triple: str) -> list[str] | None:
    """`cc` or `ld` of this machine."""
    found = shutil.which(linker)
    if found is None or "windows" in triple:
        return None
    if _system(triple) == "darwin":
        flags = ["-dynamiclib", "-Wl,-no_uuid", "-Wl,-x", f"-Wl,-install_name,@rpath/{name}", "-undefined",
                 "dynamic_lookup"]
        return [found, *flags] if linker == "cc" else None
    if linker == "cc":
        return [found, "-shared", f"-Wl,{','.join([*ELF[1:], '-soname', name])}"]
    return [found, *ELF, "-soname", name]


def _zig(name: str, triple: str) -> list[str] | None:
    """LLVM's linker in the PyPI package `ziglang`."""
    zig = [sys.executable, "-m", "ziglang"]
    if triple.startswith("wasm"):
        return [*zig, "wasm-ld", "--no-entry", "--export-dynamic", "--allow-undefined", "--export=__heap_base",
                "--strip-all"]
    if "linux" in triple:
        return [*zig, "ld.lld", *ELF, "-soname", name]
    return None
