"""Do the tests see a wrong rule? Every rule of the domain is changed a little, one change at a time, and the tests run.

A change that makes no test fail is told, with its lines. `docs/mutants.md` says what lives and why.
"""
