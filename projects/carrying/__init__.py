"""What is unfinished of one plan goes on in the next: proposed, decided item by item, written with its link."""
