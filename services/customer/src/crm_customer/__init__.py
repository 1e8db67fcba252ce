"""The customer context: who the guests are, what they ordered, the restaurant itself; never points or messages."""
