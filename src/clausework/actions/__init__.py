"""The verbs, one file each: the same whether the command line, a server or another program calls them."""
