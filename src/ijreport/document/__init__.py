"""Content and templates → Documents: what each output says."""
