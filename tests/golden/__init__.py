"""Adjoints as they are printed, next to the functions they come from; and how stored texts are refreshed."""
