"""Structured content and templates → a briefing PDF and an editable deck."""

__version__ = "0.1.0"
