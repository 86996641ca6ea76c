"""Who works with the records: people and their roles, passwords, and what one of them vouches for."""
