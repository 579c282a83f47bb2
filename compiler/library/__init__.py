"""Operations that are too long for a lowering by hand: written, and compiled, as the user's functions are."""
