"""The commands that `tapeless.buildhook` gives to setuptools."""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from setuptools import Command, Distribution
from setuptools.command.build import build as plain_build
from setuptools.errors import SetupError

from tapeless.compiler.diagnostics import CompileError

from ..loading import UsageError

COMMAND = "build_tapeless"
_TABLE = {"build": list, "cpu": str, "linker": str}
_BUILD = {"source": str, "package": str, "examples": list, "cpu": str}
_WORDS: dict[type, str] = {str: "a string", list: "a list"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One package to compile: the keys of a `[[tool.tapeless.build]]` table."""

    source: str
    package: str
    examples: tuple[str, ...]
    cpu: str
    linker: str | None

    @property
    def file(self) -> str:
        """The file without the names of functions."""
        return self.source.partition("::")[0]


def wanted(content: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The tables of a `pyproject.toml`.

    Raises `UsageError` for keys that do not exist or hold something else.
    """
    table = content.get("tool", {}).get("tapeless", {})
    _check(table, _TABLE, "[tool.tapeless]", ())
    found: list[Wanted] = []
    for k, entry in enumerate(table.get("build", ()), 1):
        where = f"[[tool.tapeless.build]] number {k}"
        if not isinstance(entry, dict):
            raise UsageError(f"{where} is no table")
        _check(entry, _BUILD, where, ("source", "package"))
        parent, _, name = entry["package"].rpartition(".")
        if not name.isidentifier() or not all(part.isidentifier() for part in parent.split(".") if parent):
            raise UsageError(f'{where} has the package "{entry["package"]}"; write names with dots between them')
        found.append(Wanted(entry["source"], entry["package"], tuple(entry.get("examples", ())),
                            entry.get("cpu", table.get("cpu", "portable")), table.get("linker")))
    if not found:
        raise UsageError("pyproject.toml has no [[tool.tapeless.build]] with a source and a package")
    return tuple(found)


def _check(table: Any, keys: Mapping[str, type], where: str, needed: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise UsageError(f"{where} is no table")
    for key, value in table.items():
        if key not in keys:
            raise UsageError(f"{where} has the unknown key `{key}`; there are {', '.join(keys)}")
        if not isinstance(value, keys[key]):
            raise UsageError(f"`{key}` of {where} is {_WORDS[keys[key]]}")
    missing = [key for key in needed if key not in table]
    if missing:
        raise UsageError(f"{where} lacks `{missing[0]}`")
    if not all(isinstance(e, str) for e in table.get("examples", ())):
        raise UsageError(f"`examples` of {where} are strings, as in \"f(np.zeros(3), 0.1)\"")


def _of_project() -> tuple[Wanted, ...]:
    """What the project in the working folder wants, where the hooks of PEP 517 run."""
    try:
        return wanted(tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8")))
    except UsageError as error:
        raise SetupError(str(error)) from None


def required() -> list[str]:
    """The linker of PyPI where the machine has none."""
    from .link import find_linker

    try:
        find_linker(_of_project()[0].linker)
    except UsageError:
        return ["ziglang"]
    return []


def attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `setup`, with our commands among its own."""
    commands = dict(given.get("cmdclass", {}))
    base: type = commands.get("build", plain_build)
    steps = [*base.sub_commands, (COMMAND, None)]  # type: ignore[attr-defined]
    commands["build"] = type("build", (base,), {"sub_commands": steps})
    commands[COMMAND] = BuildTapeless
    return {**given, "cmdclass": commands, "distclass": _for_platform(given.get("distclass", Distribution))}


def _for_platform(base: type) -> type:
    """A distribution whose wheel has the tag of the platform."""
    return type(base.__name__, (base,), {"has_ext_modules": lambda self: True})


class BuildTapeless(Command):
    """Compile what `[tool.tapeless]` asks for: into the wheel, or for an editable installation into the source tree."""

    description = "compile functions and their gradients with Tapeless"
    user_options: list[Any] = []  # noqa: RUF012 - setuptools' own form

    def initialize_options(self) -> None:
        self.build_lib: str | None = None
        self.editable_mode = False

    def finalize_options(self) -> None:
        self.set_undefined_options("build_py", ("build_lib", "build_lib"))

    def run(self) -> None:
        from . import build
        from .face import DEVELOPMENT

        for item in _of_project():
            out, name = self._place(item)
            out.mkdir(parents=True, exist_ok=True)
            try:
                built = build(item.source, out, name=name, examples=item.examples, cpu=item.cpu, linker=item.linker)
            except CompileError as error:
                raise SetupError(f"Tapeless does not compile {item.source}:\n{error}") from None
            except UsageError as error:
                raise SetupError(f"Tapeless does not build {item.package} from {item.source}: {error}") from None
            self.announce(str(built), level=2)
            if not self.editable_mode:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(out / (name + DEVELOPMENT))  # where the sources lie on this machine

    def _place(self, item: Wanted) -> tuple[Path, str]:
        """The folder that the package goes into, and its own name."""
        parent, _, name = item.package.rpartition(".")
        if self.editable_mode:
            sources: Any = self.get_finalized_command("build_py")
            return Path(sources.get_package_dir(parent)), name
        assert self.build_lib is not None
        return Path(self.build_lib, *parent.split(".")), name

    def get_source_files(self) -> list[str]:
        """What a source distribution needs to have."""
        return [item.file for item in _of_project()]

    def get_outputs(self) -> list[str]:
        """The files that were written."""
        found: list[str] = []
        for item in _of_project():
            out, name = self._place(item)
            found += [str(path) for path in sorted((out / name).rglob("*")) if path.is_file()]
        return found

    def get_output_mapping(self) -> dict[str, str]:
        """No file is a copy of one in the source tree."""
        return {}
