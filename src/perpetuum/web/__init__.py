"""The same told in a browser: an address gives the object that the terminal's ``--json`` prints."""
