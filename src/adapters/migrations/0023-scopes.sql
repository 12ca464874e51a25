-- The key of a device may do these alone, words parted by a space: court | status | book; absent: what its role may.
alter table api_key add column scopes text;
