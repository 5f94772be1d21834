"""Logging as the command line configures it, for the time of a test."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from cma_graphql.core.logging import configure_logging


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Send the logs into a text; leave everything as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging(stream=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
