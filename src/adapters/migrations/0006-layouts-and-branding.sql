-- How a recording's two pictures become one, beyond the name of the layout: fixed when the recording is opened, with the canvas that follows from it.
-- `layout` is one of side-by-side, stacked, single, picture-in-picture, panorama: what was asked for.
alter table recording add column left_flip text not null default 'none' check (left_flip in ('none', 'horizontal', 'vertical', 'both'));
alter table recording add column right_flip text not null default 'none' check (right_flip in ('none', 'horizontal', 'vertical', 'both'));
alter table recording add column main_camera text not null default 'left' check (main_camera in ('left', 'right')); -- of single and picture-in-picture
alter table recording add column inset_corner text not null default 'top-left'
  check (inset_corner in ('top-left', 'top-right', 'bottom-left', 'bottom-right'));                                 -- of picture-in-picture
