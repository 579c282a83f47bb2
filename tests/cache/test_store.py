"""The files: whole or not there, whatever happens to them or to the disk."""

from __future__ import annotations

import errno
import os
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tapeless.runtime import store as store_module
from tapeless.runtime.store import MARK, Store, default_folder

CONTENT = bytes(range(256)) * 3


@pytest.fixture
def store(folder: Path) -> Store:
    return Store(folder, 10_000)


def file_of(store: Store, name: str) -> Path:
    return store.folder / f"{name}.entry"


def test_what_is_written_is_read(store: Store) -> None:
    assert store.read("a") is None
    assert store.write("a", CONTENT)
    assert store.read("a") == CONTENT
    assert store.write("a", b"another")
    assert store.read("a") == b"another"
    assert store.write("empty", b"") and store.read("empty") == b""
    assert [kept.name for kept in store.entries()] == ["a", "empty"]


def test_the_folder_and_the_files_are_private(store: Store) -> None:
    store.write("a", CONTENT)
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert file_of(store, "a").stat().st_mode & 0o077 == 0
    assert [file.name for file in store.folder.iterdir()] == ["a.entry"], "nothing unfinished is left"


@pytest.mark.parametrize("length", [0, 1, len(MARK), len(MARK) + 31, len(MARK) + 32, len(MARK) + 33, -1])
def test_a_truncated_file_is_not_there(store: Store, length: int) -> None:
    store.write("a", CONTENT)
    whole = file_of(store, "a").read_bytes()
    file_of(store, "a").write_bytes(whole[:length])
    assert store.read("a") is None


def test_a_file_with_a_changed_byte_is_not_there(store: Store) -> None:
    store.write("a", CONTENT)
    whole = file_of(store, "a").read_bytes()
    rng = random.Random(0)
    for position in [*range(len(MARK) + 40), *(rng.randrange(len(whole)) for _ in range(300))]:
        damaged = bytearray(whole)
        damaged[position] ^= 1 << rng.randrange(8)
        file_of(store, "a").write_bytes(damaged)
        assert store.read("a") is None, position


def test_a_file_with_more_bytes_is_not_there(store: Store) -> None:
    store.write("a", CONTENT)
    file_of(store, "a").write_bytes(file_of(store, "a").read_bytes() + b"\0")
    assert store.read("a") is None


def test_an_entry_under_another_name_is_not_there(store: Store) -> None:
    store.write("a", CONTENT)
    os.rename(file_of(store, "a"), file_of(store, "b"))
    assert store.read("b") is None


def test_an_entry_of_another_format_is_not_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("a", CONTENT)
    monkeypatch.setattr(store_module, "MARK", b"tapeless 2\n")
    assert store.read("a") is None


def test_a_folder_in_place_of_a_file(store: Store) -> None:
    store.write("a", CONTENT)
    file_of(store, "b").mkdir()
    assert store.read("b") is None and not store.write("b", CONTENT)
    assert store.read("a") == CONTENT


def test_a_symbolic_link_is_not_followed(store: Store) -> None:
    store.write("a", CONTENT)
    elsewhere = store.folder.parent / "elsewhere"
    os.rename(file_of(store, "a"), elsewhere)
    file_of(store, "a").symlink_to(elsewhere)
    assert store.read("a") is None


def test_a_file_that_others_may_write_to_is_not_read(store: Store) -> None:
    store.write("a", CONTENT)
    file_of(store, "a").chmod(0o620)
    assert store.read("a") is None


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_to_is_not_used(store: Store, mode: int) -> None:
    store.write("a", CONTENT)
    store.folder.chmod(mode)
    assert store.problem() == "others may write to it"
    assert store.read("a") is None and not store.write("b", CONTENT)


def test_a_folder_of_another_user_is_not_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("a", CONTENT)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert store.problem() == "it belongs to another user"
    assert store.read("a") is None and not store.write("b", CONTENT)


def test_a_file_in_place_of_the_folder(store: Store) -> None:
    store.folder.write_text("not a folder")
    assert store.problem() == "it is not a folder"
    assert store.read("a") is None and not store.write("a", CONTENT)


def failing(number: int) -> Any:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE])
def test_a_file_that_cannot_be_read(store: Store, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    store.write("a", CONTENT)
    monkeypatch.setattr(os, "open", failing(number))
    assert store.read("a") is None


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT])
def test_a_folder_that_cannot_be_made(store: Store, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(Path, "mkdir", failing(number))
    assert not store.write("a", CONTENT) and store.read("a") is None


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_written_to_is_read(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    store.write("a", CONTENT)
    monkeypatch.setattr(tempfile, "mkstemp", failing(number))
    monkeypatch.setattr(os, "utime", failing(number))
    assert not store.write("b", CONTENT)
    assert store.read("a") == CONTENT


def test_the_disk_is_full_halfway(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("a", CONTENT)

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *exc: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> None:
            self.file.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store_module, "open", lambda number, mode: Full(open(number, mode)), raising=False)
    assert not store.write("a", b"new" * 100) and not store.write("b", CONTENT)
    monkeypatch.undo()
    assert store.read("a") == CONTENT and store.read("b") is None
    assert [file.name for file in store.folder.iterdir()] == ["a.entry"], "nothing unfinished is left"


def test_the_longest_unused_go_first(folder: Path) -> None:
    size = 1000
    store = Store(folder, 10 * size)
    for k in range(9):
        store.write(f"{k}", bytes(size - 43))
        os.utime(file_of(store, f"{k}"), (1e9 + k, 1e9 + k))
    assert len(store.entries()) == 9
    assert store.read("0") is not None, "which makes it the one used last"
    store.write("new", bytes(2 * size - 43))
    names = {kept.name for kept in store.entries()}
    assert names == {"0", "3", "4", "5", "6", "7", "8", "new"}


def test_an_entry_beyond_the_limit_is_not_kept(folder: Path) -> None:
    store = Store(folder, 500)
    assert not store.write("a", bytes(500)) and store.read("a") is None
    assert store.write("b", bytes(400))


def test_what_was_never_finished_goes(folder: Path) -> None:
    store = Store(folder, 1000)
    store.write("a", bytes(500))
    old, new = folder / "x.writing", folder / "y.writing"
    for file in (old, new):
        file.write_bytes(bytes(10))
    os.utime(old, (1e9, 1e9))
    store.write("b", bytes(700))
    assert not old.exists() and new.exists()


def test_clearing(store: Store) -> None:
    assert store.clear() == 0
    for name in "abc":
        store.write(name, CONTENT)
    (store.folder / "somebody.else").write_text("stays")
    assert store.clear() == 3
    assert [file.name for file in store.folder.iterdir()] == ["somebody.else"]


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/me")
    assert default_folder() == Path("/var/me/tapeless")
    for unset in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert default_folder() == Path("/home/me/.cache/tapeless")
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_folder() == Path("/home/me/Library/Caches/tapeless")
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/users/me/local")
    assert default_folder() == Path("/users/me/local/tapeless/Cache")
