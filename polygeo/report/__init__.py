"""What leaves the house: tables, plots, the cross-check of others' numbers, the command line."""

__all__ = ["cli", "crosscheck", "plot", "table", "tables"]
