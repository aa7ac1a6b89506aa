"""The release boundary: candidate, the release gate of clause 5.8 item by item, release index, admission."""
