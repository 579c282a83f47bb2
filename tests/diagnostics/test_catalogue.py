"""The whole text of every message, as stored in `messages/`; and that catalogue and compiler know the same codes.

A text is refreshed with `python -m pytest tests/diagnostics --refresh-golden`. Read it aloud before committing it.
"""

from __future__ import annotations

import linecache
import math
import re
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden.stored import compare
from layout.source import modules
from tapeless import CompileError, differentiate
from tapeless.compiler.catalogue import CATALOGUE, Entry

from .examples import EXAMPLES, WITHOUT_EXAMPLE, Example, lines

MESSAGES = Path(__file__).parent / "messages"
CODE = re.compile(r"[FATRD]\d{3}")
FILE = "example.py"
INTERNAL = re.compile(r"\{\w*\}|Scalar\(|Array\(|\bt\.\w|variable `\d|#\d|@\d|result\.return|spec=|<class")


def load(example: Example) -> Any:
    """`f` of the example, as if it had been read from a file called `example.py`."""
    if example.how != "without source":
        text = example.source
        linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    else:
        linecache.cache.pop(FILE, None)
    world: dict[str, Any] = {"np": np, "math": math, "__name__": "example"}
    exec(compile(example.source, FILE, "exec"), world)
    if example.saved_as is not None:
        text = example.saved_as
        linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    return world["f"]


def refused(example: Example) -> CompileError:
    with pytest.raises(CompileError) as caught:
        f = load(example)
        compiled = differentiate(f, **dict(example.options))
        compiled.grad(*example.args)
    return caught.value


def text_of(name: str, example: Example) -> str:
    """The program and what it is told."""
    return f"{example.source}\n{refused(example)}\n"


@pytest.mark.parametrize("name", EXAMPLES)
def test_message(name: str, pytestconfig: pytest.Config) -> None:
    compare(MESSAGES / f"{name.replace(' ', '_')}.txt", text_of(name, EXAMPLES[name]), pytestconfig)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_shows_its_code(name: str) -> None:
    """And nothing else: one mistake is not told twice."""
    codes = [finding.code for finding in refused(EXAMPLES[name]).findings]
    assert sorted(codes) == sorted((name.split()[0], *EXAMPLES[name].also))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_has_all_its_parts(name: str) -> None:
    """What, where, why and what to write instead; nothing left open and nothing of ours."""
    error = refused(EXAMPLES[name])
    text, finding = str(error), next(f for f in error.findings if f.code == name.split()[0])
    assert finding.text and finding.label and finding.helps
    assert f"error[{finding.code}]: {finding.text}\n" in text
    assert "--> example.py:" in text and "^" in text and " = help: " in text
    for sentence in (finding.text, finding.label, *finding.helps):
        assert not INTERNAL.search(sentence), sentence
        assert not sentence.endswith(".") and "  " not in sentence, sentence
        assert sentence.count("`") % 2 == 0, sentence
    assert not re.search(r"\ba [aeio]\w|\ban [^aeiouhxf8\W]", finding.text.replace("`", "")), finding.text


# What has been refused once is not refused again under another name.
CONSEQUENCES = {
    "A007": lines("known = frozenset((1.0, 2.0))", "return x if x in known else 0.0"),
    "A023": lines("y = np.ones(2)", "return x if x in y else 0.0"),
    "F003": lines("ys = [sinus(v) for v in [x, x]]", "for k, y in enumerate(ys):", "    x += y", "return x + ys[1]"),
    "A009": lines("import nowhere", "return nowhere.sin(x)"),
    "A012": Example("count = 0\ndef f(x):\n    global count\n    count += 1\n    return x * count\n"),
    "A022": lines("class Point:", "    pass", "p = Point()", "return p.x"),
    "F004": lines("return np.sum(np.sinus(x)[0])"),
    "F006": Example("table = 2000 * [1.0]\ndef f(x):\n    return table[0] * x\n"),
}


@pytest.mark.parametrize("code", CONSEQUENCES)
def test_one_mistake_is_one_finding(code: str) -> None:
    assert [finding.code for finding in refused(CONSEQUENCES[code]).findings] == [code]


def test_every_code_has_an_example() -> None:
    shown = {name.split()[0] for name in EXAMPLES}
    assert not shown & WITHOUT_EXAMPLE.keys()
    assert shown | WITHOUT_EXAMPLE.keys() == CATALOGUE.keys()


def codes_in_use() -> dict[str, str]:
    """Every code that the compiler or the front door mentions outside the catalogue, with a place."""
    found: dict[str, str] = {}
    for module in modules().values():
        if not module.name.endswith(".catalogue"):
            for quoted in re.findall(r"\"([FATRD]\d{3})\"", module.path.read_text(encoding="utf-8")):
                found[quoted] = module.name
    return found


def test_the_compiler_uses_the_codes_of_the_catalogue() -> None:
    used = codes_in_use()
    assert used.keys() - CATALOGUE.keys() == set(), "used and not in the catalogue"
    assert CATALOGUE.keys() - used.keys() == set(), "in the catalogue and never used"


def test_no_stored_message_without_its_example() -> None:
    assert {path.stem for path in MESSAGES.glob("*.txt")} == {name.replace(" ", "_") for name in EXAMPLES}


@pytest.mark.parametrize("code", CATALOGUE)
def test_entries_are_written_alike(code: str) -> None:
    """A clause for what and why, without a full stop, and remedies in the imperative."""
    entry: Entry = CATALOGUE[code]
    assert CODE.fullmatch(code)
    assert entry.text and entry.label and entry.helps
    for text in (entry.text, entry.label, *entry.helps):
        assert not text.endswith(".") and not text[0].isspace()
        assert text.count("`") % 2 == 0
        assert all(word is None or word.isidentifier() for _, word, _, _ in string.Formatter().parse(text))
        assert len(text) <= 130


def test_codes_are_sorted() -> None:
    """In the order in which the documentation lists them, so that a new one gets the next number."""
    order = [code for letter in "FATRD" for code in sorted(c for c in CATALOGUE if c[0] == letter)]
    assert list(CATALOGUE) == order
