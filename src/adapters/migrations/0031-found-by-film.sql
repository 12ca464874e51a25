-- What stands beside a film, and what happened to it, is asked each second or two: without these it took longer with every film and every event there ever was.
create index bucket_object_of on bucket_object (film_key);
create index upload_moved on event (subject_id) where kind = 'upload.moved';
create index segment_damaged on event (subject_id) where kind = 'segment.damaged';

-- Asked at each look at the health, and answered by next to none of all events.
create index database_trouble on event (at_ms) where kind in ('database.restored', 'database.damaged');

-- Footage that is still there, each ten seconds and at each booking; the rows of what was erased stay.
create index segment_kept on segment (take_id, bytes) where erased_at_ms is null;
