"""The native entry point: from Python objects to the kernel's slots and back, as LLVM text.

`emit_entry` writes `@entry`, a builtin of the METH_FASTCALL|METH_KEYWORDS convention. Read `emit.py` first (the order
of a call on one screen), then `unbox.py` and `box.py`; `support.py` holds the functions that are the same every time.
"""

from .emit import assemble, emit_entry
from .layout import EntryLayout, EntryText, Param, slot_count
from .support import SupportText, support_text

__all__ = ["EntryLayout", "EntryText", "Param", "SupportText", "assemble", "emit_entry", "slot_count", "support_text"]
