"""Master formulation records: the approved recipes, in versions that are never edited."""
