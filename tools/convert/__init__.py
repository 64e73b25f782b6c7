"""The one-time conversion of the research tables into the case `ai`."""
