export const operatorRights: Readonly<Record<string, string>> = {
  job:
    'INSERT SELECT(attempts) SELECT(created_at) SELECT(finished_at) SELECT(id) SELECT(kind) ' +
    'SELECT(last_error) SELECT(payload) SELECT(state) SELECT(tenant) ' +
    'UPDATE(finished_at) UPDATE(max_attempts) UPDATE(run_at) UPDATE(state)',
  webhook_data_key: 'SELECT',
  webhook_delivery: 'SELECT',
};
