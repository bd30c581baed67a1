"""The doors to what would make api.py too long; it gathers them."""
