"""Domain values ↔ JSON documents, both ways: one format for command line, API, stored documents and hashes."""
