"""Items made and changed by hand, one at a time, with the words read as they are in a table."""
