"""Shows on the spot that the installed program does what it is relied on for: `compounder check`.

`oracle` is a second reckoning of the trade's rules; it imports nothing of the program, and `agreement` holds the two
together. The other files are the checks themselves, each with the requirement and the hazard that it stands for.
"""
