"""Inlines, a style and a measure → set paragraphs: faces, shaping, where lines may end, and where they do."""
