"""Pages of phase 1."""
