"""Stories walked in a real browser against the running system: web, stream, worker and clock."""
