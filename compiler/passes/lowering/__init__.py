"""Array operations as loops over their elements."""
