"""What running code needs, and the tape reference."""
