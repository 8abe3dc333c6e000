"""Speed, memory and size, printed. Nothing here asserts: figures depend on the machine."""
