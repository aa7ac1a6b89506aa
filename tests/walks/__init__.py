"""The walks of docs/walks, done: each command of a page is run, and what it prints is held against the page."""
