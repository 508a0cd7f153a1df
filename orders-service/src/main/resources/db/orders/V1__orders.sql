CREATE TABLE orders (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer   text        NOT NULL CHECK (char_length(customer) BETWEEN 1 AND 100),
  currency   text        NOT NULL CHECK (currency IN ('EUR', 'USD', 'GBP')),
  total      bigint      NOT NULL CHECK (total >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One row a sku: an order that names a sku twice is refused here, inside its transaction.
CREATE TABLE items (
  order_id   bigint NOT NULL REFERENCES orders,
  sku        text   NOT NULL,
  position   int    NOT NULL,
  quantity   int    NOT NULL CHECK (quantity BETWEEN 1 AND 10000),
  unit_price bigint NOT NULL CHECK (unit_price BETWEEN 0 AND 100000000),
  PRIMARY KEY (order_id, sku)
);
