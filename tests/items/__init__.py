"""Tests of the items room."""
