"""Long work in the worker: ``runner`` takes jobs one after the other, ``files`` keeps what they make."""
