"""Answers of the verbs as blocks: the same for the terminal and for the pages."""
