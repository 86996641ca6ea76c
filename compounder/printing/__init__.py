"""Paper: documents of finished strings become PDF. The same document gives the same bytes, on any day and any machine.

Reading order: `documents` (what the papers say), `paper` (what they are printed on), `codes` (what a scanner reads),
`press` (WeasyPrint behind a closed door), `imposition` (copies and sheets), `pdf` (the verbs others call). How records
become documents: `jars` and `weighing_lines` (what is weighed from where), `method_steps`, `certainty`, `triturating`,
then `composing` (the batch), `trituration_papers` (the trituration), `whole_records` (a batch as it stands). For
patients: `patient_documents`, `patient_texts` (what they are told), `bottles` and `directions` (the label), `leaflet`,
`course_calendar`.
"""
