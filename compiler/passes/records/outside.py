"""What `dissolve` needs of the program around the function that it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ...ir.nodes import Const, Path, Span
from ..inline import Expand


@dataclass(frozen=True, slots=True)
class Outside:
    """What the pass needs of the program around the function.

    `expand` gives the body of a method for a call; `member` an attribute of a class, or of those above another among
    its bases, which is checked again at every call of the compiled function; `constant` the operand for a
    number; `rank` the number of axes of the items of a list, where they are arrays; `tables` whether lists
    of a known length may be arrays as well. Where recursive functions are `written_out`, tuples are records and the
    classes of numbers are known. `endless` receives those that have no end that is known, and whether they are given
    records. `answered` says whether `translate` knows the answer to a question.
    """

    expand: Expand
    member: Callable[..., Any]
    constant: Callable[[Any, Span], Const | None]
    rank: Callable[[Path], int]
    answered: Callable[[Path], bool]
    tables: bool
    written_out: bool = False
    endless: dict[Path, bool] = field(default_factory=dict)
