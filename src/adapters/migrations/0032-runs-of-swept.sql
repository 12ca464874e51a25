-- Sizes of samples are for putting a film together: once its chunks are swept nothing can be, and they are the largest rows of all.
delete from chunk_run where recording_id in (select recording_id from swept where what = 'chunks' and gone_at_ms is not null);
