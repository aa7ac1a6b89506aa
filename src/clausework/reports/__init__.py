"""Reports: what the record says, as people and other programs read it. Nothing here judges."""
