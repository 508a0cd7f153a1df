create table messages (
  id        bigint generated always as identity primary key,
  room      text not null,
  author    text not null,
  client_id text not null,
  text      text not null,
  sent_at   timestamptz not null default now(),
  -- A client that is not sure sends again, and its message stays one.
  unique (author, client_id)
);

create index messages_of_a_room on messages (room, id);
