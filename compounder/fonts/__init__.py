"""The one type family of screen and paper: IBM Plex Sans 1.1 and Mono 2.5, regular and semibold, as IBM ships them.

Digits of both are of one width. The slashed zero is asked for with `font-variant-numeric: slashed-zero`.
Licence: SIL Open Font License 1.1, in OFL.txt beside the files.
"""
