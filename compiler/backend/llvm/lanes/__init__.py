"""Loops whose iterations run together, one in each lane of vectors: `plan.py` says which, `strips.py` how."""
