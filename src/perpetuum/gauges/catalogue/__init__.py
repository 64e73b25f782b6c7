"""One dial a file, found by being here."""
