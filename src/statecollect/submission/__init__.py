"""What leaves the school, the bundle, and what is read back of it."""
