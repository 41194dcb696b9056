"""The one writer: templates, marked returns and exports are the same sheets."""
