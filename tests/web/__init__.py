"""Claims about what Clausework answers over the network."""
