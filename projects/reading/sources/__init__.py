"""The kinds of file the reader opens, one module each; every one returns grids."""
