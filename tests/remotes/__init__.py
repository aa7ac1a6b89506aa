"""What is reached beyond the process, against real servers and real browsers."""
