-- How many orders have the first size of basket, the second, and so on, as the service counts them.
-- One row is read as fast whatever is in it; a row for each size took longer the more there were.
CREATE TABLE baskets (
  currency text     PRIMARY KEY,
  counts   bigint[] NOT NULL
) WITH (fillfactor = 50);

WITH sizes AS (
  SELECT label AS currency, low * 64 + (bucket >> low) AS size, value::bigint AS orders
  FROM tallies,
    LATERAL (SELECT greatest(length(ltrim(bucket::bit(64)::text, '0')) - 7, 0) AS low) bits
  WHERE measure = 'basket'
), lasts AS (
  SELECT currency, max(size) AS last FROM sizes GROUP BY currency
)
INSERT INTO baskets
SELECT lasts.currency, array_agg(coalesce(orders, 0) ORDER BY nth)
FROM lasts CROSS JOIN LATERAL generate_series(0, last) AS nth
LEFT JOIN sizes ON sizes.currency = lasts.currency AND size = nth
GROUP BY lasts.currency;

DELETE FROM tallies WHERE measure = 'basket';
