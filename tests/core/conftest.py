"""How properties are searched for: no time limit per example, since the machine may be shared."""

from hypothesis import settings

settings.register_profile("suite", deadline=None, max_examples=100)
settings.load_profile("suite")
