"""Writes: one public function per use case; the caller commits."""
