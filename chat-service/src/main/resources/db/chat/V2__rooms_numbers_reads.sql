create table rooms (
  name        text primary key,
  title       text,
  -- Of its last message. Who posts holds this row until the commit: so numbers have no hole, and
  -- are in the order of the commits.
  last_number bigint not null default 0
);

insert into rooms (name, last_number) select room, count(*) from messages group by room;

alter table messages
  add column number     bigint,
  add column edited_at  timestamptz,
  add column deleted_at timestamptz;

update messages
set number = numbered.number
from (select id, row_number() over (partition by room order by id) as number from messages) numbered
where messages.id = numbered.id;

alter table messages
  alter column number set not null,
  add constraint messages_room_number unique (room, number),
  add foreign key (room) references rooms;

-- Pages go by number now, and the constraint has the index for them.
drop index messages_of_a_room;

create table reads (
  reader text not null,
  room   text not null references rooms,
  number bigint not null,
  primary key (reader, room)
);
