"""The chat room of Channels' tutorial in our own words: what Hearthside's fan-out is compared with."""
