"""One-time conversion of the tables about the telecom boom into the case `telecom-2000`."""
