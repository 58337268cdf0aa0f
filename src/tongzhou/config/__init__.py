"""Settings, URLs, servers and the command line: the top floor, which knows every package."""
