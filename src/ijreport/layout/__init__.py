"""Documents → Items at fixed places: where everything sits."""
