"""A corporate template → what a deck takes over from it: masters, frames, colours, typefaces."""
