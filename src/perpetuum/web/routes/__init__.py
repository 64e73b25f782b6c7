"""One file a verb: the words of its address, and the question they make."""
