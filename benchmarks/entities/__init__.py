"""Names to organisations and cities: hand-made labels, a scorer, peers on the same names, and speed."""
