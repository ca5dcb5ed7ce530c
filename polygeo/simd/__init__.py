"""Vector instructions for compiled kernels, in double and in single precision."""

__all__: list[str] = []
