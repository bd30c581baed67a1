"""The HTTP doors to notices, a file a noun."""
