"""Feedback's writes: one public function per use case; the caller commits."""
