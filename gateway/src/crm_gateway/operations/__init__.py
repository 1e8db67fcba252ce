"""What changes the gateway's own tables: one public function per use case, inside the caller's transaction."""
