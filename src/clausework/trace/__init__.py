"""Traceability: what stands, which evidence is about which build, and which item is verified by what."""
