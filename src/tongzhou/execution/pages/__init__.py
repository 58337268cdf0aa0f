"""Pages of execution."""
