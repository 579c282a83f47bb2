"""What pyproject.toml promises is what the folders hold."""

from __future__ import annotations

import tapeless
from layout.source import API, FOLDERS, PYPROJECT, ROOT

SETUPTOOLS = PYPROJECT["tool"]["setuptools"]


def test_the_packages_list_equals_the_folders_with_python_files() -> None:
    on_disk = {
        ".".join((prefix, *path.parent.relative_to(folder).parts))
        for prefix, folder in FOLDERS.items()
        for path in folder.rglob("*.py")
    }
    assert sorted(SETUPTOOLS["packages"]) == sorted(on_disk)


def test_every_folder_with_python_files_is_a_regular_package() -> None:
    folders = {path.parent for folder in FOLDERS.values() for path in folder.rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_the_folders_are_mapped_to_their_installed_names() -> None:
    assert {name: ROOT / folder for name, folder in SETUPTOOLS["package-dir"].items()} == FOLDERS


def test_every_other_file_ships_as_package_data() -> None:
    patterns = SETUPTOOLS["package-data"]
    for prefix, folder in FOLDERS.items():
        for path in folder.rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc"):
                continue
            package = ".".join((prefix, *path.parent.relative_to(folder).parts))
            assert any(path.match(pattern) for pattern in patterns.get(package, ())), path


def test_the_types_are_announced() -> None:
    assert (FOLDERS[API] / "py.typed").exists()


def test_the_version_is_written_the_same_twice() -> None:
    assert tapeless.__version__ == PYPROJECT["project"]["version"]
