"""The rules of the trade reckoned again, in fractions: nothing here imports the program that it is held against."""
