"""Pages of the report, one question each; found by being here, told in the order of their numbers."""
