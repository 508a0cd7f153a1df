-- The trace that an announcement belongs to, a W3C traceparent, where the request named one. Who
-- does not know of it leaves it out: instances of before go on beside those of now.
alter table outbox_pending       add column trace text;
alter table outbox_announcements add column trace text;
