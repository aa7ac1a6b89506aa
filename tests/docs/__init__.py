"""Claims about the documentation."""
