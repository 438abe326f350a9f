import type { Rule } from '../rule.ts';

/**
 * Every format of the preset has one of these in it, so that secretlint (30 ms to load) is only loaded for text that
 * may hold one. A test compares the preset's rules with the list this was written for.
 */
export const KEYWORDS =
  /secret_?access_?key|private_key_id|x-oauth-basic|_authToken|npm_|xox[a-z]-|xapp-|hooks\.slack\.com|T3BlbkFJ|sk-ant-|gsk_|hf_|lin_api_|ntn_|\bSG\.|shp(?:at|ca|pa|ss)_|gh[oprsu]_|github_pat_|glpat-|glc_|glsa_|ops_ey|\bhv[brs]\.|\bvc[aikpr]_|dapi[a-f\d]|dckr_pat_|figd_|\bcf(?:ut|at|k)_|tskey-/i;

/**
 * Left out: comments that switch rules off (text from outside must not be able to), and formats that rules of our own
 * cover wider.
 */
const LEFT_OUT =
  /-rule-(?:filter-comments|privatekey|basicauth|database-connection-string|stripe)$/;

export const secretKnownFormat: Rule = {
  id: 'secret-known-format',
  control: 'SUPPLY-6',
  reason: 'A provider token in a repository is found by scrapers within minutes and used as you.',
  wayOut: 'Revoke the token, and read the new one at run time from the secret store.',
  keywords: [KEYWORDS],
  text: ({ path, content }) => find(path, content),
  answer: async ({ text }) => KEYWORDS.test(text) && (await find('answers', text)).length > 0,
};

async function find(filePath: string, content: string): Promise<number[]> {
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const chosen = rules.filter((rule) => !LEFT_OUT.test(rule.meta.id));
  const { messages } = await lintSource({
    source: { filePath, content, contentType: 'text', ext: filePath.replace(/^.*(?=\.)/, '') },
    options: {
      locale: 'en',
      maskSecrets: true,
      noPhysicFilePath: true,
      config: { rules: chosen.map((rule) => ({ id: rule.meta.id, rule, options: {} })) },
    },
  });
  return messages.map((message) => message.range[0]);
}
