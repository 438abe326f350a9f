import type { Checked } from './check.ts';
import type { Accepted, Found } from './judge.ts';
import { sentencesOn } from './sentences.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** The findings as SARIF 2.1.0, which code hosts and editors read. It holds no text of the files. */
export function sarifOf(checked: Checked, version: string): unknown {
  const { rules, found, accepted, fingerprints } = checked;
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const result = ({ finding }: Found) => ({
    ruleId: finding.rule,
    ruleIndex: indexes.get(finding.rule) ?? -1,
    level: 'error',
    message: { text: `${finding.reason} ${finding.wayOut}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.file), uriBaseId: '%SRCROOT%' },
          region: { startLine: finding.line },
        },
      },
    ],
  });
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'create-secure-app check',
            semanticVersion: version,
            rules: rules.map(({ id, control, reason, wayOut }) => ({
              id,
              shortDescription: { text: reason },
              help: { text: wayOut },
              properties: { tags: ['security', control] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: sentencesOn(checked).map((text) => ({
              level: 'note',
              message: { text },
            })),
          },
        ],
        results: [
          ...found.map((one, at) => ({
            ...result(one),
            ...(fingerprints[at] === undefined
              ? {}
              : { partialFingerprints: { 'baselineFingerprint/v1': fingerprints[at] } }),
          })),
          ...accepted.map((one) => ({ ...result(one), suppressions: [suppressionOf(one)] })),
        ],
      },
    ],
  };
}

function suppressionOf({ by, reason }: Accepted) {
  return {
    kind: by === 'comment' ? 'inSource' : 'external',
    status: 'accepted',
    justification: reason,
  };
}

/** A path as an address: what a name may hold and an address may not is written as its code. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
