"""Operations that are written twice: carried out once where nothing changes in between."""

from __future__ import annotations

from passes.stages import after, expect, lines
from tapeless.compiler.passes.fusion.flatten import flattened
from tapeless.compiler.passes.fusion.spread import spread
from tapeless.compiler.passes.share import share_views


def test_an_order_is_found_once() -> None:
    function = after(
        "simplify",
        """
        def f(x, y):
            return x[np.argsort(y)], y[np.argsort(y)]
        """,
        "f8[::1], f8[::1]",
    )
    assert lines(function).count("argsort") == 1


def test_an_order_that_is_stored_into_is_found_again() -> None:
    function = after(
        "simplify",
        """
        def f(x, y):
            first = np.argsort(y)
            first[0] = 0
            return x[first], x[np.argsort(y)]
        """,
        "f8[::1], f8[::1]",
    )
    assert lines(function).count("argsort") == 2


def test_what_is_returned_is_an_array_of_its_own() -> None:
    function = after("simplify", "def f(x): return np.argsort(x), np.argsort(x)", "f8[::1]")
    assert lines(function).count("argsort") == 2


def test_arguments_that_are_stored_into_may_overlap_with_operands() -> None:
    function = after(
        "simplify",
        """
        def f(x, y):
            a = x[np.argsort(y)]
            x[0] = 3.0
            return a, x[np.argsort(y)]
        """,
        "f8[::1], f8[::1]",
    )
    assert lines(function).count("argsort") == 2


def test_a_view_that_is_taken_twice_has_one_name() -> None:
    function = after(
        "simplify",
        """
        def f(x, i):
            y = x.copy()
            y[i:] += 1.0
            return y
        """,
        "f8[::1], i8",
    )
    assert lines(function).count("view") == 2
    assert lines(share_views(function)).count("view") == 1


def test_an_outer_product_is_one_of_a_column_and_a_row() -> None:
    function = after("simplify", "def f(x, y): return np.outer(x, y)", "f8[::1], f8[::1]")
    expect(
        lines(spread(function)),
        """
        t.1#1.factor0: float64[:,:] = view(x, safe=True, spec=('s000', 'n'))
        t.1#1.factor1: float64[:,:] = view(y, safe=True, spec=('n', 's000'))
        t.1#1: float64[:,::1] = mul(t.1#1.factor0, t.1#1.factor1, safe=True)
        return t.1#1
        """,
    )


def test_a_condition_of_two_axes_indexes_vectors() -> None:
    function = after(
        "simplify",
        """
        def f(x):
            y = x * 2.0
            y[x > 0.0] = 1.0
            return y
        """,
        "f8[:,::1]",
    )
    text = lines(flattened(function))
    assert text.count("positions") == 1
    assert "y#1.vector2[t.c9.flat] = 1.0" in text


def test_a_condition_for_the_first_of_three_axes_stays_as_it_is() -> None:
    function = after(
        "simplify",
        """
        def f(x, m):
            y = x * 2.0
            y[m] = 1.0
            return y
        """,
        "f8[:,:,::1], b1[:,::1]",
    )
    assert flattened(function) is function
