"""Every event that crosses a border between services, as frozen plain data; one module per owner."""
