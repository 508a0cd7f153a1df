ALTER TABLE orders
  ADD COLUMN status text NOT NULL DEFAULT 'placed'
    CHECK (status IN ('placed', 'paid', 'shipped', 'delivered', 'cancelled')),
  -- Whoever is not sure sends again under the same key, and it stays one order.
  ADD COLUMN idempotency_key text CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
  -- Of what was asked for under the key, to tell another request from the same.
  ADD COLUMN fingerprint bytea,
  ADD CHECK ((idempotency_key IS NULL) = (fingerprint IS NULL));

CREATE UNIQUE INDEX orders_by_key ON orders (idempotency_key) WHERE idempotency_key IS NOT NULL;

-- The stats, kept as orders are announced: as many rows as there are minutes in an hour, statuses
-- and sizes of baskets, however many orders. A sum may be more than a bigint holds.
CREATE TABLE tallies (
  measure text    NOT NULL,
  label   text    NOT NULL,
  bucket  bigint  NOT NULL,
  value   numeric NOT NULL,
  PRIMARY KEY (measure, label, bucket)
) WITH (fillfactor = 50);

-- Orders that were there before are counted here; nobody announces them again.
INSERT INTO tallies
SELECT 'orders', currency, 0, count(*) FROM orders GROUP BY currency
UNION ALL
SELECT 'revenue', currency, 0, sum(total) FROM orders GROUP BY currency
UNION ALL
SELECT 'status', status, 0, count(*) FROM orders GROUP BY status
UNION ALL
SELECT 'minute', '', floor(extract(epoch FROM created_at) / 60)::bigint AS minute, count(*)
FROM orders WHERE created_at > now() - interval '1 hour' GROUP BY minute
UNION ALL
-- The seven highest bits, as the service does it.
SELECT 'basket', currency, (total >> low) << low AS basket, count(*)
FROM orders, LATERAL (SELECT greatest(length(ltrim(total::bit(64)::text, '0')) - 7, 0) AS low) bits
GROUP BY currency, basket;
