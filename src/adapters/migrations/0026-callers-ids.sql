-- A caller's id is looked for over all users.
create index booking_by_caller_id on booking (caller_id) where caller_id is not null;
