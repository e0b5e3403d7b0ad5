"""The portal: one blueprint a noun."""
