-- The page of an ended link that the bucket did not let us remove says that it has ended, and is asked for again until it goes.
alter table share_page add column refused_at_ms integer;   -- when its removal was last refused; absent: never
