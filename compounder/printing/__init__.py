"""Paper: documents of finished strings become PDF. The same document gives the same bytes, on any day and any machine.

Reading order: `documents` (what the papers say), `paper` (what they are printed on), `codes` (what a scanner reads),
`press` (WeasyPrint behind a closed door), `imposition` (copies and sheets), `pdf` (the two verbs others call).
"""
