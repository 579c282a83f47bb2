"""What the pages show is what comes out today. After a change on purpose: `python docs/refresh.py`."""

from __future__ import annotations

import re

import pytest

from docs.scripts import ROOT, script

refresh = script("refresh")


@pytest.mark.parametrize("name", refresh.PAGES)
def test_the_page_is_as_it_would_be_generated(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == refresh.regenerated(name), "run: python docs/refresh.py"


def test_every_pass_is_shown() -> None:
    from tapeless.compiler.pipeline import PASSES

    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [name for name in PASSES if f"--after {name} -->" not in page or f"`{name}`" not in page] == []


def test_the_readmes_example_has_nine_lines() -> None:
    first = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert first is not None
    assert len([line for line in first[1].splitlines() if line.strip()]) == 9


@pytest.mark.parametrize(
    "command",
    ['python -m pip install -e ".[plot]" && python -m tapeless demo',
     'python -m pip install -e ".[test]" && python -m pytest -n auto'],
)  # fmt: skip
def test_the_readme_shows_the_command_on_a_line_of_its_own(command: str) -> None:
    assert f"```sh\n{command}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_links_between_pages_lead_somewhere() -> None:
    for name in refresh.PAGES:
        page = ROOT / name
        text = page.read_text(encoding="utf-8")
        headings = {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-")
                    for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            path, _, anchor = target.partition("#")
            assert (page.parent / path).exists() if path else anchor in headings, f"{name}: {target}"


def test_pages_hold_no_stray_blocks_of_output() -> None:
    """A block of text is output, and so has its command above it."""
    for name in refresh.PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [m.start() for m in re.finditer(r"(?<! -->\n)```text\n", text)] == [], name


def test_outputs_may_differ_in_the_last_digits_of_numbers_and_nowhere_else() -> None:
    assert refresh.alike("x = 0.35355339059327373\n", "x = 0.35355339059327379\n")
    assert not refresh.alike("x = 0.353553390593\n", "x = 0.353553390594\n")
    assert not refresh.alike("x = 0.5\n", "y = 0.5\n")


@pytest.mark.parametrize("name", refresh.PAGES)
def test_no_output_is_empty(name: str) -> None:
    """An example of a refusal prints nothing once what it shows is supported."""
    assert "```text\n\n```" not in (ROOT / name).read_text(encoding="utf-8"), name
