"""Array operations of one shape, gathered into one loop."""
