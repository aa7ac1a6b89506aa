"""Definitions of CI pipelines, read as text: what runs where, what is brought in, and what goes round a gate."""
