"""Items → the bytes of finished files: how everything is drawn."""
