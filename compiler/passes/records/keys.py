"""Which values are dicts and sets whose keys are known at run time only."""

from __future__ import annotations

from ...ir.records import KEYED, VIEWS
from .state import State, Value


def is_keyed(state: State, value: Value) -> bool:
    """Whether a value is such a dict or set, or a view of one."""
    record = state.record(value)
    if record is not None and record.cls in VIEWS:
        record = state.record(state.env.get(record.fields[0][1]))
    return record is not None and record.cls in KEYED
