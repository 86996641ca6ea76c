"""One short function for each thing a person does: load → domain → store → return."""
