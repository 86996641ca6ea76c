"""Slips of the hand, and which of them get past the program.

Read in this order: `reckoning` (what a capsule really holds), `jars` and `orders` (the pharmacy), `keys` and `kinds`
(the slips), `shop`, `papers`, `weighing`, `capsules` and `counter` (one person with the program), `second` (another
person), `walk`, `report`.
"""
