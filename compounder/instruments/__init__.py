"""Balances and scanners: what they send is read here, by pure parsers; the ports they hang on stand apart."""
