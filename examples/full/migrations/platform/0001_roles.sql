-- Who acts on the tables below: the service as app_api, an operator's command as app_operator. Neither owns
-- anything, and each migration grants what its table is used for, so that a statement smuggled into a request can
-- neither change the schema nor the trail. (AUTHZ-4) Logins are the deployment's: members of one of these, and of nothing else.
do $$
declare
  acting name;
  -- Since PostgreSQL 16 a member may lack the right to act as the role, and there is a word to ask for it.
  may_act constant text :=
    case when current_setting('server_version_num')::integer < 160000 then 'member' else 'set' end;
begin
  foreach acting in array array['app_api', 'app_operator'] loop
    -- Roles belong to the whole server: another database on it may have them already, or whoever made the logins has
    -- made them, since the owner of a schema need not be one who makes roles.
    if not exists (select from pg_roles where rolname = acting) then
      begin
        execute format('create role %I nologin', acting);
      exception when duplicate_object or unique_violation then
        -- Another migration was faster.
      end;
    end if;
    -- Where the owner also serves, as on a developer's server, it must be able to act as both.
    if not pg_has_role(current_user, acting, may_act) then
      execute format('grant %I to current_user', acting);
    end if;
  end loop;
end
$$;

-- The service refuses to start on a schema that is not its own.
grant select on schema_migration to app_api, app_operator;
