"""Tests of the actions: real repositories, real stores, no network."""
