-- What is large and stands beside a film, on its way to the bucket, which takes it part by part. Goes when the bucket holds it, or nobody wants it there.
create table beside_upload (
  place text not null,                       -- endpoint and bucket
  object_key text not null,
  film_key text not null,                    -- video.object_key
  upload_id text not null,
  primary key (place, object_key)
) strict, without rowid;
insert into beside_upload (place, object_key, film_key, upload_id) select place, object_key, film_key, upload_id from rendition_upload;
drop table rendition_upload;

-- Recordings whose cameras' tracks the bucket holds, as far as there was footage; each of them is a row of bucket_object.
create table tracks_sent (
  recording_id text primary key references recording (id),
  place text not null,                       -- endpoint and bucket
  at_ms integer not null
) strict, without rowid;
