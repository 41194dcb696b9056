"""Files from outside, before and while a parser sees them.

In: a path. Out: its bytes, parts or text, or a refusal in one line. ``guard`` decides how large a file may be and what is
refused unread, ``archive`` inflates zipped parts under a cap, ``password`` opens protected files, ``watch`` counts processor
time and memory of all that is done with one file, ``child_process`` runs what a foreign parser does.
Start with ``guard``.
"""
