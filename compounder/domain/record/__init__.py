"""What is kept of a batch: the compounding record and the journal."""
