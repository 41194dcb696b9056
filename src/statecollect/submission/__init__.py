"""What leaves the school, and what is read back of it.

In: the store, findings, decisions. Out: the bundle (``export``): one workbook, files of each table (``bundle_files``), a manifest
that says what each holds (``manifest``). ``bundle`` verifies one from outside, ``previous_year`` reads last year's.
Start with ``export``.
"""
