"""Objects into an extension module, by a linker of the system or the one in the PyPI package `ziglang`.

Nothing is linked but the objects: the symbols of Python and of the C library are found in the process that loads the
module. So it needs no libraries or headers where it is built, and no particular version of the C library where it is
used.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..loading import UsageError

LINKERS = ("ld", "cc", "ziglang")

# No identity of the build, no names of local symbols, no executable stack: the same objects give the same bytes.
ELF = ("-shared", "--build-id=none", "--strip-all", "-z", "noexecstack", "-z", "now", "--hash-style=gnu")
_MACHO = ("-bundle", "-undefined", "dynamic_lookup", "-Wl,-no_uuid", "-Wl,-x")


def find_linker(wanted: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The name of a linker, and the beginning of its command line.

    Args:
        wanted: one of `LINKERS`; without it, the first there is.

    Raises `UsageError` when there is none.
    """
    if sys.platform == "win32":
        raise UsageError("extension modules are linked on Linux and macOS; on Windows write objects, with --emit obj")
    if wanted is not None and wanted not in LINKERS:
        raise UsageError(f"there is no linker `{wanted}`; known are {', '.join(LINKERS)}")
    for name in LINKERS if wanted is None else (wanted,):
        command = _command(name)
        if command is not None:
            return name, command
    missing = "no linker (`ld` or `cc`)" if wanted is None else f"no `{wanted}`"
    raise UsageError(f"there is {missing} on this machine; install the one from PyPI: pip install 'tapeless[build]'")


def _command(name: str) -> tuple[str, ...] | None:
    apple = sys.platform == "darwin"
    if name == "ziglang":
        if importlib.util.find_spec("ziglang") is None:
            return None
        zig = (sys.executable, "-m", "ziglang")
        return (*zig, "cc", *_MACHO) if apple else (*zig, "ld.lld", *ELF)
    found = shutil.which(name)
    if found is None or (apple and name == "ld"):  # which wants to be told about the system's libraries
        return None
    if name == "ld":
        return (found, *ELF)
    passed = [flag for flag in ELF if flag != "-shared"]
    return (found, *_MACHO) if apple else (found, "-shared", "-nostdlib", f"-Wl,{','.join(passed)}")


def link(objects: Mapping[str, bytes], linker: str | None = None) -> bytes:
    """The extension module made of objects, which have names for the messages of the linker.

    Raises `UsageError` when there is no linker, or it does not link them.
    """
    return linked(*find_linker(linker), objects)


def linked(name: str, command: Sequence[str], objects: Mapping[str, bytes], libraries: Sequence[str] = ()) -> bytes:
    """What a linker's command line makes of objects; `libraries` stand behind them.

    Raises `UsageError` when it does not link them.
    """
    with tempfile.TemporaryDirectory(prefix="tapeless-") as folder:
        for file, code in objects.items():
            (Path(folder) / file).write_bytes(code)
        # The folder is not in the command, so its name is not in the result.
        line = [*command, "-o", "linked", *objects, *libraries]
        done = subprocess.run(line, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}").splitlines()
            raise UsageError(f"`{name}` does not link it: {'; '.join(said[:3])}")
        return (Path(folder) / "linked").read_bytes()
