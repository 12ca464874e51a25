-- By how much a booking was extended on its court's page: so much in all, whoever has its PIN.
create table court_extension (
  booking_id text primary key references booking (id),
  extended_ms integer not null
) strict, without rowid;
