"""Every refusal, theme by theme."""

from . import flow, functions, numpy_calls, statements, values

REFUSALS = (
    *statements.REFUSALS,
    *values.REFUSALS,
    *functions.REFUSALS,
    *flow.REFUSALS,
    *numpy_calls.REFUSALS,
)
