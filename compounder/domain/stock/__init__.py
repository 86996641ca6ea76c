"""What lies in the jar and stands on the bench: substances, lots, balances, capsule shells."""
