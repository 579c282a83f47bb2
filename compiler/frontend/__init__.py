"""From a Python function to the intermediate representation with names resolved."""
