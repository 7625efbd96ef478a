"""Backups: the whole database at one moment and the files beside it, sealed, and whether one can be restored."""
