"""Programs for those who build perpetuum; none of them ships."""
