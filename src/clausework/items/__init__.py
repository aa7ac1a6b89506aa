"""Items: requirements, risks, controls, SOUP and the rest: read, checked and baselined."""
