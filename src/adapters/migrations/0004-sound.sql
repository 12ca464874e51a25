-- Sound is a third input beside the two cameras: its takes, segments and gaps stand in the same tables, with `sound` as their camera.

alter table recording add column sound integer not null default 0 check (sound in (0, 1)); -- 1: the film was to have sound when it was opened
