"""Taking a staff list in: what it says beside what is known, shown first and then written all or not at all."""
