"""What is reached beyond this process: the person's browser, and the identity provider where they log in."""
