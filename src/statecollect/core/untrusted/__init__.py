"""Files from outside before any parser sees them: how large they may be, what is refused, how text is decoded."""
