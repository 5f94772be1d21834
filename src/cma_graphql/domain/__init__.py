"""What the product knows of debt advice; imports no protocol."""
