"""Whatever happens to the files, a function is compiled again and is right."""

from __future__ import annotations

import errno
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tapeless import cache
from tapeless.runtime import engine
from tapeless.runtime.store import Store

from .kept import CUBE, Compilations, entries, made
from .test_store import failing


def run() -> None:
    f = made(CUBE)
    assert (f.grad(2.0), f(2.0)) == (12.0, 8.0)


def damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def fault(folder: Path) -> None:
        for file in entries(folder):
            file.write_bytes(change(file.read_bytes()))

    return fault


def swapped(folder: Path) -> None:
    """Every entry under the name of another one."""
    files = entries(folder)
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, contents[1:] + contents[:1], strict=True):
        file.write_bytes(content)


FAULTS: dict[str, Callable[[Path], None]] = {
    "empty": damaged(lambda data: b""),
    "truncated": damaged(lambda data: data[: len(data) // 2]),
    "longer": damaged(lambda data: data + data),
    "another program's": damaged(lambda data: b"\x7fELF" + data),
    "text": damaged(lambda data: b"hello"),
    "swapped": swapped,
    "removed": lambda folder: shutil.rmtree(folder),
    "folders": lambda folder: [(f.unlink(), f.mkdir()) for f in entries(folder)] and None,
    "open to others": lambda folder: folder.chmod(0o777),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_files(fault: Callable[[Path], None], folder: Path, compilations: Compilations) -> None:
    run()
    compilations.since()
    fault(folder)
    run()
    assert compilations.since() == (1, 2)


def test_bytes_at_random(folder: Path, compilations: Compilations) -> None:
    """Each damage is noticed and mended: what runs afterwards is as good as new."""
    run()
    compilations.since()
    rng = random.Random(1)
    whole = {file: file.read_bytes() for file in entries(folder)}
    found = 0
    for _ in range(200):
        file = rng.choice(list(whole))
        data = bytearray(whole[file])
        data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        file.write_bytes(data)
        store = cache.store()
        assert store is not None
        found += store.read(file.stem) is None
        if rng.random() < 0.05:
            run()
        file.write_bytes(whole[file])
    assert found == 200
    compilations.since()
    run()
    assert compilations.since() == (0, 0)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_nothing_can_be_read(number: int, compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    compilations.since()
    monkeypatch.setattr(Store, "_bytes", failing(number))
    run()
    assert compilations.since() == (1, 2)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
def test_nothing_can_be_written(
    number: int, folder: Path, compilations: Compilations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", failing(number))
    run()
    run()
    assert compilations.since() == (2, 4) and not entries(folder)
    monkeypatch.undo()


def test_a_full_disk_keeps_what_there_was(compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    compilations.since()
    monkeypatch.setattr(os, "replace", failing(errno.ENOSPC))
    run()
    assert compilations.since() == (0, 0)
    assert made("def f(x):\n    return x + x\n").grad(1.0) == 2.0
    assert compilations.since() == (1, 1)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_in_a_place_that_does_not_exist_and_cannot_be_made(
    compilations: Compilations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAPELESS_CACHE_DIR", "/proc/nowhere/kept")
    run()
    assert compilations.since() == (1, 2)


def test_a_user_without_a_home(compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPELESS_CACHE_DIR")
    monkeypatch.setattr(cache, "default_folder", failing(errno.ENOENT))
    run()
    assert compilations.since() == (1, 2)
    assert cache.info() == "There is no cache: this user has no home folder."


def test_a_symbol_that_this_process_lacks(compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    compilations.since()
    link: Any = engine.link
    calls = []

    def once(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) <= 1:
            raise engine.LinkError("this process has no symbol exp10")
        return link(*args, **kwargs)

    monkeypatch.setattr(engine, "link", once)
    run()
    assert compilations.since() == (1, 1)


def test_a_small_cache(folder: Path, compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPELESS_CACHE_SIZE", "0.02")
    for k in range(12):
        assert made(f"def f(x):\n    return x * {k}.0\n").grad(1.0) == k
        assert sum(file.stat().st_size for file in entries(folder)) <= 20_000
    assert 2 <= len(entries(folder)) < 24
    compilations.since()
    assert made("def f(x):\n    return x * 11.0\n").grad(1.0) == 11.0
    assert compilations.since() == (0, 0)


def test_the_name_is_kept_and_the_entry_is_gone(folder: Path, compilations: Compilations) -> None:
    """As after the removal of the longest unused."""
    run()
    compilations.since()
    for file in entries(folder):
        if file.stat().st_size > 200:
            file.unlink()
    run()
    assert compilations.since() == (1, 2)
    run()
    assert compilations.since() == (0, 0)
