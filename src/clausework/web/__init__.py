"""What Clausework answers over the network: thin, and in the same verbs as the command line."""
