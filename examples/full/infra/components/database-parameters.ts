import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

const FAMILY = 'aurora-postgresql17';

const PARAMETERS: Readonly<Record<string, string>> = {
  'rds.force_ssl': '1',
  ssl_min_protocol_version: 'TLSv1.2',
  shared_preload_libraries: 'pgaudit,pg_stat_statements',
  // Who changed the schema and who changed rights: what the service does with rows is in its own trail.
  'pgaudit.log': 'ddl,role',
  log_connections: '1',
  log_disconnections: '1',
  // A statement that is logged brings its values along.
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
};
/** They take effect when the database starts, and not before. */
const AT_START: ReadonlySet<string> = new Set(['shared_preload_libraries']);

export function databaseParameters(
  name: string,
  called: string,
  parent: pulumi.Resource,
): aws.rds.ClusterParameterGroup {
  return new aws.rds.ClusterParameterGroup(
    name,
    {
      name: `${called}-${FAMILY}`,
      family: FAMILY,
      parameters: Object.entries(PARAMETERS).map(([parameter, value]) => ({
        name: parameter,
        value,
        applyMethod: AT_START.has(parameter) ? 'pending-reboot' : 'immediate',
      })),
    },
    { parent },
  );
}
