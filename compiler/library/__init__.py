"""Operations that are too long for a lowering by hand: written as the user's functions are, and compiled as they are."""
