"""Whole processes, timed against other tools: `make bench`."""
