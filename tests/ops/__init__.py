"""Every row of the table of operations, held to its laws."""
