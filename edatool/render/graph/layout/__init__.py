"""Boxes and lines to places on a page, layer by layer from left to right; nothing here knows what they stand for."""
