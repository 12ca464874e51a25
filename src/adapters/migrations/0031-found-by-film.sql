-- What stands beside a film, and when it went elsewhere, is asked each second or two: without these it took longer with every film and every event there ever was.
create index bucket_object_of on bucket_object (film_key);
create index upload_moved on event (subject_id) where kind = 'upload.moved';
