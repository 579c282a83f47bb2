"""Products in a loop that are rows of one product: what is collected, and what is not."""

from __future__ import annotations

import pytest

from passes.stages import after, expect, lines

COLUMNS = """
    def f(x):
        n = x.shape[1]
        g = np.zeros((n, n))
        for i in range({range}):
            {before}
            {store} = {product}
            {behind}
        return np.sum(g)
"""


def collected(product: str, store: str = "g[i, i:]", loop: str = "n", before: str = "", behind: str = "") -> bool:
    text = COLUMNS.format(product=product, store=store, range=loop, before=before or "pass", behind=behind or "pass")
    return "dot22" in lines(after("collect_products", text, "f8[:,::1]"))


def test_a_loop_over_columns() -> None:
    function = after(
        "collect_products",
        """
        def f(x):
            g = np.zeros((x.shape[1], x.shape[1]))
            for i in range(x.shape[1]):
                g[i, i:] = x[:, i] @ x[:, i:]
            return np.sum(g)
        """,
        "f8[:,::1]",
    )
    expect(
        lines(function, start="gram.1.T: float64[:,:] = transpose(x, axes=(1, 0), safe=True)"),
        """
        gram.1: float64[:,::1] = dot22(gram.1.T, x, safe=True)
        for i#1 in range(0, t.c6, 1):
          t.12#1: float64[::1] = view(gram.1, i#1, i#1, safe=True, spec=('i', 's100'))
          t.c7: float64[::1] = view(g#1, i#1, i#1, spec=('i', 's100'))
          t.c7[...] = t.12#1
        t.13#1: float64 = sum(g#1)
        return t.13#1
        """,
    )


@pytest.mark.parametrize(
    ("product", "store"),
    [
        ("x[:, i] @ x[:, i:]", "g[i, i:]"),
        ("x[:, i] @ x[:, : i + 1]", "g[i, : i + 1]"),
        ("x[:, i] @ x[:, i + 1 : n]", "g[i + 1 : n, i]"),
        ("x[:, i] @ x[:, :] / 3.0", "g[i]"),
        ("np.exp(-(x[:, i] @ x[:, :]))", "g[:, i]"),
    ],
)
def test_slices_of_the_other_columns(product: str, store: str) -> None:
    assert collected(product, store)


@pytest.mark.parametrize("loop", ["n - 1", "1, n", "2, n - 2"])
def test_loops_over_some_of_the_columns(loop: str) -> None:
    assert collected("x[:, i] @ x[:, i:]", loop=loop)


@pytest.mark.parametrize("loop", ["n + 1", "x.shape[0]", "-1, n", "0, n, 2", "n - 1, -1, -1", "5"])
def test_loops_whose_counter_may_be_elsewhere(loop: str) -> None:
    assert not collected("x[:, i] @ x[:, i:]", loop=loop)


@pytest.mark.parametrize("product", ["x[:, i] @ x[:, i : i + 2]", "x[:, i] @ x[:, ::2]", "x[1:, i] @ x[1:, i:]"])
def test_bands_and_steps_are_left(product: str) -> None:
    assert not collected(product, "g[i, :2]")


def test_a_matrix_that_changes_is_left() -> None:
    text = "x = x.copy()"
    assert not collected("x[:, i] @ x[:, i:]", behind="x[:, i] = 0.0", before=text)
    assert not collected("x[:, i] @ x[:, i:]", behind="x[0, i] = g[i, i]")


def test_what_is_not_stored_is_left() -> None:
    assert not collected("np.sum(x[:, i] @ x[:, i:])", store="g[i, i]")


def test_integers_are_left() -> None:
    text = COLUMNS.format(product="x[:, i] @ x[:, i:]", store="g[i, i:]", range="n", before="pass", behind="pass")
    assert "dot22" not in lines(after("collect_products", text, "i8[:,::1]"))
