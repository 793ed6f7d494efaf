"""What the import page shows: the sheet as issued beside what was read, one page of it at a time."""
