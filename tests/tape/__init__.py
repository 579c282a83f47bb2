"""The tape by itself: torch's semantics, NumPy's protocols, and every derivative rule against differences."""
