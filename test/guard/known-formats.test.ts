import { rules as preset } from '@secretlint/secretlint-rule-preset-recommend';
import { expect, test } from 'vitest';

import { secretKnownFormat } from '../../src/guard/rules/secret-known-format.ts';

/**
 * The keywords of secret-known-format were written for these. When the preset gains a rule, add its keyword there and
 * its name here.
 */
const KNOWN = [
  '1password',
  'anthropic',
  'aws',
  'basicauth',
  'cloudflare',
  'database-connection-string',
  'databricks',
  'docker',
  'figma',
  'filter-comments',
  'gcp',
  'github',
  'gitlab',
  'grafana',
  'groq',
  'hashicorp-vault',
  'huggingface',
  'linear',
  'notion',
  'npm',
  'openai',
  'privatekey',
  'sendgrid',
  'shopify',
  'slack',
  'stripe',
  'tailscale',
  'vercel',
];

/** A beginning of each format that the preset looks for, after its own patterns. */
const BEGINNINGS = [
  'ops_ey',
  'sk-ant-api03-',
  'SECRET_ACCESS_KEY=',
  'aws_secret_access_key: ',
  'secretAccessKey',
  'cfk_a',
  'cfut_',
  'cfat_',
  'dapi0',
  'dckr_pat_',
  'figd_',
  '"private_key_id"',
  'ghp_',
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-',
  'glc_',
  'glsa_',
  'gsk_',
  'hvs.',
  'hvb.',
  'hvr.',
  'hf_',
  'lin_api_',
  'ntn_',
  'npm_',
  '_authToken=',
  'x-oauth-basic',
  'T3BlbkFJ',
  'SG.',
  'shppa_',
  'shpca_',
  'shpat_',
  'shpss_',
  'xoxb-',
  'xoxp-',
  'xapp-',
  'xoxa-',
  'xoxo-',
  'xoxr-',
  'https://hooks.slack.com/services/',
  'tskey-',
  'vcp_',
  'vci_',
  'vca_',
  'vcr_',
  'vck_',
];

test('the preset holds the rules the keywords were written for', () => {
  const names = preset.map((rule) => rule.meta.id.replace(/^.*secretlint-rule-/, ''));
  expect(names.sort()).toEqual([...KNOWN].sort());
});

test.each(BEGINNINGS)('%s reaches the preset', (beginning) => {
  expect(secretKnownFormat.keywords?.every((keyword) => keyword.test(`x = ${beginning}`))).toBe(
    true,
  );
});
