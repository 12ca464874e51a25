-- The page of an ended link that the bucket did not let us remove says that it has ended, and is asked for again until it goes.
alter table share_page add column refused_at_ms integer;   -- when its removal was last refused; absent: never

-- The smaller version of a film that no link shows any more, and that the bucket did not let us remove, is asked for again as well.
alter table bucket_object add column refused_at_ms integer; -- when its removal was last refused; absent: never
