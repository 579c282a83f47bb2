"""The five notebooks of the beginning, cell by cell on the tape, and their functions compiled."""
