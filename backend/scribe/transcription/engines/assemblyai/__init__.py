"""AssemblyAI, by its own SDK: nothing outside this folder imports that."""
