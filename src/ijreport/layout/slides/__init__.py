"""A document → its slides: blocks as pieces, in frames, continued where they do not fit."""
