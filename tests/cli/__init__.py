"""Tests of the command line, called in this process, and in processes of their own where that matters."""
