"""Where the bytes of documents are kept: a folder of our own, or an S3 bucket."""
