"""Records and lists, dissolved into their fields."""
