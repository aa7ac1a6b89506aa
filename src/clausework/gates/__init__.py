"""Gates: facts about a build, one check per file with its challenges, and the verdict of a stage."""
