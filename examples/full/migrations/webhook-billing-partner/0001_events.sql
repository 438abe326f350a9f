-- What happened at the sender, one row a delivery. It belongs to no tenant until a handler finds out whose it is.
create table webhook_billing_partner_event (
  delivery bigint primary key,
  type text not null check (char_length(type) between 1 and 200),
  received_at timestamptz not null
);

grant select, insert on webhook_billing_partner_event to app_api;
