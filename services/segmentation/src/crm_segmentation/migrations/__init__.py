"""Numbered migrations of the segmentation service's database."""
