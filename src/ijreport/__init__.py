"""Structured content and templates → a briefing PDF and an editable deck."""
