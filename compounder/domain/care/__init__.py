"""Care of the patient: titration protocols and courses, from a start day and a supply to a calendar and capsules."""
