"""What all rooms speak: errors, digests, canonical JSON, time, identities, places and YAML that knows its places."""
