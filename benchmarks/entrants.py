"""Who takes part in a case: Tapeless, its own primal, Numba's primal, and the peers' gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from tapeless import differentiate, tape

from .measure import Absent, Entrant
from .peers import package, with_autograd, with_jax, with_torch

VALUE_AND_GRAD = "Tapeless value_and_grad"
GRAD = "Tapeless grad"
PRIMAL = "Tapeless primal"
NUMBA = "Numba primal"
TAPE = "Tapeless tape"
PEERS = (with_jax, with_torch, with_autograd)


@dataclass(frozen=True)
class Work:
    """A program with its arguments.

    Attributes:
        args: as measured.
        small: for those who record every operation of a loop; `scale` times less work.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    small: tuple[Any, ...]
    scale: float

    @property
    def name(self) -> str:
        """The name of the program."""
        return self.function.__name__


def tapeless_entrants(work: Work) -> Iterator[Entrant]:
    """The gradient with its value, alone, and the function itself."""
    f = differentiate(work.function)
    expected = f.grad(*work.args)
    yield Entrant(VALUE_AND_GRAD, f.value_and_grad, work.args, lambda pair: pair[1], expected)
    yield Entrant(GRAD, f.grad, work.args, lambda found: found, expected)
    yield Entrant(PRIMAL, f, work.args)


def numba_entrant(work: Work) -> Entrant | Absent:
    """The same source compiled by Numba, without derivative."""
    try:
        return Entrant(NUMBA, package("numba").njit(work.function), work.args)
    except ImportError as error:
        return Absent(NUMBA, str(error))


def peer_entrants(work: Work) -> Iterator[Entrant | Absent]:
    """The gradient of the other packages, and of our own tape."""
    gradient: Callable[..., Any] = differentiate(work.function).grad
    for peer in PEERS:
        small = work.name in peer.SMALL
        args = work.small if small else work.args
        try:
            call, given = peer.gradient(work.name, args)
        except ImportError as error:
            yield Absent(peer.LABEL, str(error))
        else:
            yield Entrant(peer.LABEL, call, given, as_array, gradient(*args), work.scale if small else 1.0)
    record = partial(tape.value_and_grad, work.function)
    yield Entrant(TAPE, record, (work.small,), lambda pair: pair[1][0], gradient(*work.small), work.scale)


def as_array(gradient: Any) -> npt.NDArray[np.float64]:
    """The gradient of any package."""
    return np.asarray(gradient)


def everyone(work: Work) -> Iterator[Entrant | Absent]:
    """All entrants of a program."""
    yield from tapeless_entrants(work)
    yield numba_entrant(work)
    yield from peer_entrants(work)
