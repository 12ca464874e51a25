-- Clips for phones in the bucket. The row is there before the first byte goes, so that whatever may stand under its key is known; it goes when the clip
-- is gone and its object was removed.
create table clip_object (
  place text not null,                       -- endpoint and bucket
  object_key text not null,
  clip_id text not null,                     -- phone_clip.id; where that is gone, the object is to go
  film_key text not null,                    -- video.object_key
  sent_at_ms integer,                        -- the bucket has acknowledged it; absent until then
  etag text,                                 -- as the bucket told it then; absent where we may not look: an address of it would not open
  primary key (place, object_key)
) strict, without rowid;
create index clip_object_of on clip_object (clip_id);
