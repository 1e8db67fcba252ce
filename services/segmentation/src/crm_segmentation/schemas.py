"""What the API takes and gives, as marshmallow has it: nothing yet."""
