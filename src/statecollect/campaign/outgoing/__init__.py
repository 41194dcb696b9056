"""Workbooks for a party: templates, what is laid out in them beforehand, marked returns, and the check at the party's desk."""
