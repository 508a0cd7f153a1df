-- Announced by a transaction that is committed, and not numbered yet. It stays nearly empty.
create table outbox_pending (
  id       bigint      generated always as identity primary key,
  topic    text        not null,
  event    text        not null,
  payload  text        not null,
  added_at timestamptz not null default clock_timestamp()
);

-- The last position of each topic.
create table outbox_topics (
  topic text   primary key,
  last  bigint not null
);

-- What was announced, by topic without a hole: kept for those who were away.
create table outbox_announcements (
  topic      text        not null,
  position   bigint      not null,
  id         bigint      not null,
  event      text        not null,
  payload    text        not null,
  stamped_at timestamptz not null default now(),
  primary key (topic, position)
);

-- By age, for who takes the oldest away.
create index outbox_announcements_by_age on outbox_announcements (stamped_at);

-- What was numbered together and perhaps not broadcast yet: from the first to the last of each
-- topic. Whoever has broadcast it takes it away; what stays too long is broadcast by another.
create table outbox_batches (
  id         bigint      generated always as identity primary key,
  topics     text[]      not null,
  firsts     bigint[]    not null,
  lasts      bigint[]    not null,
  stamped_at timestamptz not null default now()
);
