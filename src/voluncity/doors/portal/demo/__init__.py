"""The demo city: Taiyuan with fictional people, built by the same actions that people use."""
