"""The pages under docs/ and the README say what is true."""
