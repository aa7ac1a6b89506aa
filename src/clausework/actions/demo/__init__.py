"""demo: a real device project, from a failing safety test to a released, deployed, traced build; nothing is canned."""
