"""From an order to a plan: potency, fill, weighings, beyond-use date, derivation, review."""
