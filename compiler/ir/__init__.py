"""The intermediate representation: types, nodes, traversals, printing and verification."""
