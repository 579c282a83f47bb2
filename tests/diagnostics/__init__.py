"""Every message of the catalogue, as the smallest program that meets it shows it."""
