"""The live stream: what changes, told as it happens to who may know it (Server-Sent Events, WHATWG HTML §9.2)."""
