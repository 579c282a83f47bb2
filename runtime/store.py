"""Checksummed files in a private folder: what is kept from one process for the next.

An entry is one file: a mark, a SHA-256 checksum of name and content, the content. It is written under another name
and renamed, so that no reader sees half of it and writers need no lock. Every fault (damage, a folder that cannot be
read or written, a full disk) looks like an entry that is not there.

Content may be native code. So the folder must belong to the user and be closed to others, and so must the file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARK = b"tapeless 1\n"
SUFFIX = ".entry"
_UNFINISHED = ".writing"
_CHECKSUM = hashlib.sha256().digest_size
_HEADER = len(MARK) + _CHECKSUM

# Looking at an entry is a reason to keep it; noting that more often than this only wears out the disk.
_LOOKED_AT_SECONDS = 600.0
_ABANDONED_SECONDS = 3600.0
_KEPT_SHARE = 0.9

# A folder or a file that others may write to is none of ours.
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as the folder lists it: bytes on disk, and when it was last looked at."""

    name: str
    size: int
    used: float


@dataclass(frozen=True, slots=True)
class Store:
    """Entries by name in a folder. When they take more than `limit` bytes, those unused for longest go."""

    folder: Path
    limit: int

    def read(self, name: str) -> bytes | None:
        """The content of an entry; None unless it is there, whole, and the user's own."""
        if self.problem() is not None:
            return None
        try:
            content = _checked(name, self._bytes(name))
        except OSError:
            return None
        if content is not None:
            self._looked_at(name)
        return content

    def write(self, name: str, content: bytes) -> bool:
        """Keep an entry; False when that is not possible."""
        if not self._made() or self.problem() is not None or _HEADER + len(content) > self.limit:
            return False
        try:
            self._write(name, MARK + _checksum(name, content) + content)
            self._make_room()
        except OSError:
            return False
        return True

    def entries(self) -> tuple[Kept, ...]:
        """What there is, the longest unused first. Raises `OSError`."""
        found: list[Kept] = []
        if self.folder.exists():
            for file in self._files(SUFFIX):
                with contextlib.suppress(FileNotFoundError):  # another process removes entries too
                    found.append(Kept(file.name.removesuffix(SUFFIX), file.stat().st_size, file.stat().st_mtime))
        return tuple(sorted(found, key=lambda kept: (kept.used, kept.name)))

    def clear(self) -> int:
        """Remove all entries and return how many there were. Raises `OSError`."""
        gone = self.entries()
        for kept in gone:
            self._path(kept.name).unlink(missing_ok=True)
        if self.folder.exists():
            for file in self._files(_UNFINISHED):
                Path(file).unlink(missing_ok=True)
        return len(gone)

    def problem(self) -> str | None:
        """Why the folder cannot be trusted, in words; None when it can, or when it is yet to be made."""
        try:
            found = self.folder.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"it cannot be looked at: {error.strerror}"
        if not stat.S_ISDIR(found.st_mode):
            return "it is not a folder"
        if not _mine(found):
            return "it belongs to another user"
        if os.name == "posix" and found.st_mode & _OTHERS_WRITE:
            return "others may write to it"
        return None

    def _made(self) -> bool:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                self.folder.mkdir(mode=0o700)
        except OSError:
            return False
        return True

    def _path(self, name: str) -> Path:
        return self.folder / (name + SUFFIX)

    def _files(self, suffix: str) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self.folder) as found:
            yield from (file for file in found if file.name.endswith(suffix))

    def _bytes(self, name: str) -> bytes:
        """The file of an entry. Raises `OSError`, also for a file that is not the user's own."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(self._path(name), flags), "rb") as file:
            found = os.fstat(file.fileno())
            closed = os.name != "posix" or not found.st_mode & _OTHERS_WRITE
            if not (stat.S_ISREG(found.st_mode) and _mine(found) and closed):
                raise PermissionError(f"{self._path(name)} is not a file of this user alone")
            return file.read()

    def _looked_at(self, name: str) -> None:
        now = time.time()
        with contextlib.suppress(OSError):  # a folder that is only read keeps no account of it
            if now - self._path(name).stat().st_mtime > _LOOKED_AT_SECONDS:
                os.utime(self._path(name), (now, now))

    def _write(self, name: str, data: bytes) -> None:
        number, unfinished = tempfile.mkstemp(_UNFINISHED, name[:16] + ".", self.folder)
        try:
            with open(number, "wb") as file:
                file.write(data)
            os.replace(unfinished, self._path(name))
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(unfinished)
            raise

    def _make_room(self) -> None:
        kept = self.entries()
        total = sum(entry.size for entry in kept)
        if total <= self.limit:
            return
        for entry in kept:
            if total <= self.limit * _KEPT_SHARE:
                break
            self._path(entry.name).unlink(missing_ok=True)
            total -= entry.size
        for file in self._files(_UNFINISHED):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > _ABANDONED_SECONDS:
                    os.unlink(file.path)


def _mine(found: os.stat_result) -> bool:
    user = getattr(os, "geteuid", None)
    return user is None or found.st_uid == user()


def _checksum(name: str, content: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + content).digest()


def _checked(name: str, data: bytes) -> bytes | None:
    """The content of a file, or None when it is damaged or was not written under this name."""
    content = data[_HEADER:]
    if not data.startswith(MARK) or data[len(MARK) : _HEADER] != _checksum(name, content):
        return None
    return content


def default_folder() -> Path:
    """Where this platform keeps what can be made again. Raises `OSError` when the user has no home."""
    try:
        if sys.platform == "win32":
            base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
            return Path(base) / "tapeless" / "Cache"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "tapeless"
        base = os.environ.get("XDG_CACHE_HOME", "")
        # The XDG specification: a path that is not absolute is to be ignored.
        return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "tapeless"
    except RuntimeError as error:
        raise FileNotFoundError(str(error)) from None
