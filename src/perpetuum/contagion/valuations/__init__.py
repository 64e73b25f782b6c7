"""One valuation a file, found by being here."""
