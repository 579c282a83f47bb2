"""Every pass by small programs: a Python function in, the expected intermediate representation out."""
