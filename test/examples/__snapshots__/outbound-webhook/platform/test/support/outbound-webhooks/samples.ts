export const operatorRights: Readonly<Record<string, string>> = {
  outbound_subscriber:
    'SELECT(disabled_at) SELECT(disabled_reason) SELECT(failing_since) SELECT(failures) SELECT(id) ' +
    'SELECT(status) SELECT(stream) SELECT(tenant) ' +
    'UPDATE(disabled_at) UPDATE(disabled_reason) UPDATE(failing_since) UPDATE(failures) ' +
    'UPDATE(paused_until) UPDATE(status)',
};
