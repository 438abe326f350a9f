-- How much of a limit somebody has used. The key is a digest of a network or a caller; columns and their order are what
-- the library's statements expect.
create table rate_limit (
  key text primary key check (char_length(key) between 1 and 80),
  points integer not null check (points >= 0),
  -- Milliseconds since 1970.
  expire bigint not null
);

create index rate_limit_by_expiry on rate_limit (expire);

-- A window that is over is deleted. (AUTHZ-4)
grant select, insert, delete, update (points, expire) on rate_limit to app_api;
