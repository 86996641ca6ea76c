"""The one type family of screen and paper: IBM Plex Sans 1.1 and IBM Plex Mono 2.5, regular and semibold, as IBM ships them.

Digits of both are of one width. The slashed zero is not the default: ask for it with `font-variant-numeric: slashed-zero`.
Licence: SIL Open Font License 1.1, in OFL.txt beside the files.
"""
