"""Who may import whom: two wings that do not know each other, one front door, no circles."""

from __future__ import annotations

import ast
import graphlib
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from layout.source import API, COMPILER, FOLDERS, ROOT, RUNTIME, Import, Module, imports, modules, wing


def test_there_is_something_to_check() -> None:
    for prefix in (API, COMPILER, RUNTIME):
        assert prefix in modules()


def findings(rule) -> list[str]:
    """Places where `rule(module, imported)` objects."""
    return [
        f"{module.at(imported.line)}: {imported.target}"
        for module in modules().values()
        for imported in imports(module)
        if rule(module, imported)
    ]


def test_the_wings_import_neither_each_other_nor_the_front_door() -> None:
    def objects(module: Module, imported: Import) -> bool:
        target = wing(imported.base)
        return wing(module.name) != API and target is not None and target != wing(module.name)

    assert findings(objects) == []


def test_imports_are_relative_inside_a_folder_and_absolute_between_folders() -> None:
    def objects(module: Module, imported: Import) -> bool:
        # `from . import compiler` in api/ is relative in form, and crosses into a wing all the same.
        named = wing(imported.target if imported.target in modules() else imported.base)
        return named is not None and imported.relative != (named == wing(module.name))

    assert findings(objects) == []


def test_nothing_is_imported_under_the_name_of_its_folder() -> None:
    folders = {folder.name for folder in FOLDERS.values()}
    assert findings(lambda _, imported: not imported.relative and imported.base.split(".")[0] in folders) == []


def edges(module: Module) -> set[str]:
    """The modules of the project that run when this one is imported, its own parents left out.

    Importing `a.b.c` runs `a` and `a.b` first; a parent of the importing module is already running.
    """
    found: set[str] = set()
    for imported in imports(module):
        if imported.lazy:
            continue
        target = imported.target if imported.target in modules() else imported.base
        parts = target.split(".")
        prefixes = {".".join(parts[: i + 1]) for i in range(len(parts))}
        parents = {name for name in prefixes if module.name.startswith(name + ".") or name == API}
        found |= (prefixes - parents) | ({target} if target != module.name else set())
    return {name for name in found if name in modules() and name != module.name}


def test_no_import_circle() -> None:
    graph = {name: edges(module) for name, module in modules().items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail("import circle: " + " <- ".join(error.args[1]))


def test_the_circle_finder_finds_circles(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"tapeless.compiler.a": "from .b import x", "tapeless.compiler.b": "from . import a"}
    pair = {name: Module(name, Path(f"{name}.py"), ast.parse(text)) for name, text in texts.items()}
    monkeypatch.setitem(globals(), "modules", lambda: pair)
    with pytest.raises(pytest.fail.Exception, match="import circle"):
        test_no_import_circle()


# --- What really happens on import -----------------------------------------------------------------------------


def run_python(code: str) -> str:
    """The output of a new interpreter, away from the checkout and with cached bytecode."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.anchor, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["llvmlite", "scipy", "matplotlib", "astor"])
def test_import_tapeless_does_not_load(name: str) -> None:
    loaded = json.loads(run_python("import json, sys, tapeless; print(json.dumps(sorted(sys.modules)))"))
    assert "tapeless" in loaded
    assert [module for module in loaded if module.split(".")[0] == name] == []


def test_import_tapeless_takes_less_than_60_ms_over_numpy() -> None:
    # Processor time: other programs that use the machine do not count.
    code = "import time, numpy; begin = time.process_time(); import tapeless; print(time.process_time() - begin)"
    run_python(code)  # writes the bytecode
    medians = []
    for _ in range(3):
        medians.append(statistics.median(float(run_python(code)) for _ in range(5)))
        if medians[-1] < 0.060:
            return
    pytest.fail(f"median import times over NumPy: {medians} s")
