"""The import pages: upload a table, check what was read, decide, write it, look back, undo."""
