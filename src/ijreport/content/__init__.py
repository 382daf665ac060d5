"""Author's YAML → Content: what is true."""
