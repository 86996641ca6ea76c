"""The pharmacist's rules: standard library and pint only. No clock, no files, no database, no web."""
