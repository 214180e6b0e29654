"""The settings file: what a repository says once for all command lines in it."""
