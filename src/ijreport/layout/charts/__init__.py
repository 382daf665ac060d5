"""A chart block → shapes and text at fixed places, in print and, as far as lettering goes, for the deck."""
