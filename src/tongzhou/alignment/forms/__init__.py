"""Forms of phase 1: they check what people type, the services write."""
