"""The zoo: small programs, one idea each, run in every execution that the project has."""
