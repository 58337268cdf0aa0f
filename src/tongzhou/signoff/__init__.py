"""Sign-off: rounds of agreement on exactly what was shown."""
