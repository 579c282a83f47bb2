"""The cache on disk: names of entries, and where they are looked for. docs/cache.md says what is kept and why."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FunctionType

import numpy as np

import tapeless.compiler
import tapeless.runtime
from tapeless.compiler.diagnostics import CompileError
from tapeless.runtime import ndarray
from tapeless.runtime.store import Store, default_folder

from .calltree import CallTree, Token
from .entries import Entry, decoded, encoded
from .key import Key
from .normal import digest

FORMAT = 1
DEFAULT_MEGABYTES = 256.0
_OFF = frozenset({"0", "off", "no", "false"})
_SAME_AS = b"="  # an entry that only names another one


def enabled() -> bool:
    """Whether the environment leaves the cache switched on."""
    return os.environ.get("TAPELESS_CACHE", "1").strip().lower() not in _OFF


def store() -> Store | None:
    """Where entries are kept; None when that is nowhere. Raises `ValueError` for a size that is not a number."""
    if not enabled():
        return None
    said = os.environ.get("TAPELESS_CACHE_SIZE", "")
    try:
        megabytes = float(said) if said else DEFAULT_MEGABYTES
    except ValueError:
        raise ValueError(f"TAPELESS_CACHE_SIZE is {said!r}; it is a number of megabytes") from None
    folder = os.environ.get("TAPELESS_CACHE_DIR")
    try:
        return Store(Path(folder).expanduser() if folder else default_folder(), int(megabytes * 1e6))
    except OSError:  # a user without a home
        return None


@cache
def environment() -> str:
    """Everything besides the function that decides about its code, as a digest."""
    import llvmlite
    from llvmlite import binding

    from . import __version__

    versions = (__version__, FORMAT, llvmlite.__version__, binding.llvm_version_info, np.__version__,
                sys.implementation.name, *sys.version_info[:2], sys.flags.optimize)
    machine = (binding.get_process_triple(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())
    layout = sorted((name, repr(value)) for name, value in ndarray.native_layout().items())
    return digest((versions, machine, layout, sorted(_sources())))


def _sources() -> Iterator[tuple[str, int, int]]:
    """The files of the compiler and of what its code relies on: whoever works on them gets no old code.

    An installed package is replaced as a whole, so there the two folders tell enough.
    """
    for package in (tapeless.compiler, tapeless.runtime):
        pending = list(package.__path__)
        if "site-packages" in Path(pending[0]).parts:
            yield package.__name__, 0, os.stat(pending[0]).st_mtime_ns
            continue
        while pending:
            with os.scandir(pending.pop()) as found:
                for file in found:
                    if file.is_dir():
                        pending.append(file.path)
                    elif file.name.endswith(".py"):
                        status = file.stat()
                        yield file.name, status.st_size, status.st_mtime_ns


def support_name() -> str:
    """The name of the entry with what all entry points share."""
    return digest(("support", environment()))


@dataclass(slots=True)
class Cached:
    """The entries of one function as it is now.

    `carried` are entries that came with the function when it was unpickled; `store` is None when nothing is kept on
    disk.
    """

    tree: CallTree
    store: Store | None
    carried: Mapping[str, bytes] = field(default_factory=dict)

    def find(self, key: Key) -> Entry | None:
        """The entry for a key, under either of its names."""
        quick = self.quick(key)
        data = self._read(quick)
        if data is not None and data.startswith(_SAME_AS):
            data = self._read(data[len(_SAME_AS):].decode())
        if data is None:
            lasting = self.lasting(key)
            data = self._read(lasting) if lasting is not None else None
            if data is not None and lasting is not None:
                self._write(quick, _SAME_AS + lasting.encode())
        return None if data is None else decoded(data)

    def keep(self, key: Key, entry: Entry) -> None:
        """Keep an entry."""
        lasting = self.lasting(key)
        if lasting is not None:
            self._write(lasting, encoded(entry))
            self._write(self.quick(key), _SAME_AS + lasting.encode())
            if key.ones:
                self._write(self._hint(key.plain), repr(key.ones).encode())

    def ones(self, key: Key) -> tuple[tuple[str, int], ...]:
        """The axes of arguments that the code kept last for this key, or for a key like it, assumes to be 1."""
        data = self._read(self._hint(key))
        return () if data is None else tuple(ast.literal_eval(data.decode()))

    def _hint(self, key: Key) -> str:
        return digest(("ones", self._context(key), self.tree.codes()))

    def pickled(self, key: Key, entry: Entry) -> dict[str, bytes]:
        """The entry under its names, to travel with the function."""
        lasting = self.lasting(key)
        return {} if lasting is None else {lasting: encoded(entry), self.quick(key): _SAME_AS + lasting.encode()}

    def quick(self, key: Key) -> str:
        """The name by the code objects, which are at hand."""
        return digest(("quick", self._context(key), self.tree.codes()))

    def lasting(self, key: Key) -> str | None:
        """The name by the syntax trees; None when a function has no text, or another one by now."""
        try:
            trees = self.tree.trees()
        except CompileError:
            return None
        if not self.tree.same_code():
            return None
        return digest(("lasting", self._context(key), [t.digest for t in trees]))

    def _context(self, key: Key) -> Token:
        return environment(), repr(key), self.tree.tokens, self.tree.reads

    def _read(self, name: str) -> bytes | None:
        found = self.carried.get(name)
        if found is None and self.store is not None:
            found = self.store.read(name)
        return found

    def _write(self, name: str, data: bytes) -> None:
        if self.store is not None:
            self.store.write(name, data)


def cached(
    function: FunctionType, wanted: bool, carried: Mapping[str, bytes], classes: Iterable[type] = ()
) -> Cached | None:
    """Where the entries of a function are, which gets records of these classes; None when there can be none."""
    folder = store() if wanted else None
    return Cached(CallTree.of(function, classes), folder, carried) if folder is not None or carried else None


def info() -> str:
    """What `tapeless cache info` prints."""
    place = store()
    if place is None:
        return "The cache is switched off." if not enabled() else "There is no cache: this user has no home folder."
    problem = place.problem()
    rows = [("folder", str(place.folder))]
    try:
        kept = place.entries() if problem is None else ()
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
    if problem is not None:
        return _table([*rows, ("not used", problem)])
    size = sum(entry.size for entry in kept)
    return _table([*rows, ("entries", str(len(kept))), ("size", f"{size / 1e6:.1f} of {place.limit / 1e6:g} MB")])


def clear() -> str:
    """Do what `tapeless cache clear` does, and say it."""
    place = store()
    if place is None or place.problem() is not None:
        return info()
    try:
        count = place.clear()
    except OSError as error:
        return _table([("folder", str(place.folder)), ("not cleared", error.strerror or str(error))])
    return f"{count} {'entry' if count == 1 else 'entries'} removed from {place.folder}"


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name:12}{value}" for name, value in rows)
