"""A build backend: setuptools, and what `[tool.tapeless]` asks for is compiled into the wheel.

    [build-system]
    requires = ["setuptools>=77", "tapeless"]
    build-backend = "tapeless.buildhook"

    [[tool.tapeless.build]]
    source = "models/kinetics_models.py"
    package = "kinetics.compiled"

For every `build` table there is a package in the wheel, as `tapeless build` writes it: native code and its Python face,
which need NumPy and neither Tapeless nor a compiler. The wheel has the tag of the platform and of the Python that it
was built with. An editable installation has the package in the source tree. Keys of a table:

    source      a file, or some functions of it: "models/kinetics_models.py::loss,rate"
    package     where its functions are to be imported from
    examples    calls that give signatures, as the option --example of the command does
    cpu         processor levels, as the option --cpu does

`[tool.tapeless]` itself has `cpu` and `linker` for all of them. The hooks are those of PEP 517 and PEP 660.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import setuptools
from setuptools import build_meta

Settings = dict[str, Any] | None


@contextlib.contextmanager
def _with_commands() -> Iterator[None]:
    """While a hook of setuptools runs its `setup`, the commands of a build are ours."""
    from .building.hook import attributes

    plain = setuptools.setup

    def setup(**given: Any) -> Any:
        return plain(**attributes(given))

    setuptools.setup = setup
    try:
        yield
    finally:
        setuptools.setup = plain


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Build a wheel and return its name."""
    with _with_commands():
        return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build an editable wheel; what is compiled lies in the source tree."""
    with _with_commands():
        return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Build a source distribution, which has the files that are compiled."""
    with _with_commands():
        return str(build_meta.build_sdist(sdist_directory, config_settings))


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> str:
    """Write the metadata of the wheel."""
    with _with_commands():
        return str(build_meta.prepare_metadata_for_build_wheel(metadata_directory, config_settings))


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: Settings = None) -> str:
    """Write the metadata of the editable wheel."""
    with _with_commands():
        return str(build_meta.prepare_metadata_for_build_editable(metadata_directory, config_settings))


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """What else a build needs: the linker of PyPI where the machine has none."""
    from .building.hook import required

    return [*build_meta.get_requires_for_build_wheel(config_settings), *required()]


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """The same for an editable installation."""
    from .building.hook import required

    return [*build_meta.get_requires_for_build_editable(config_settings), *required()]


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    """What a source distribution needs."""
    return [str(r) for r in build_meta.get_requires_for_build_sdist(config_settings)]
