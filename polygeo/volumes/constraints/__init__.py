"""Chi-bar-squared weights from a covariance matrix and linear constraints."""

__all__: list[str] = []
