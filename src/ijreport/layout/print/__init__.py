"""A document → its printed pages: strips, filled into pages, with their heads, feet and structure."""
