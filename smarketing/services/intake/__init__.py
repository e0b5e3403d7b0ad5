"""Records into leads: the one place where what a source said becomes what we conclude."""
