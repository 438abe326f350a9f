import type { Found } from '@app/platform/secret-shapes';

// Every format of the preset has one of these in it, so that it is loaded only for a text that may hold one.
const KEYWORDS =
  /secret_?access_?key|private_key_id|x-oauth-basic|_authToken|npm_|xox[a-z]-|xapp-|hooks\.slack\.com|T3BlbkFJ|sk-ant-|gsk_|hf_|lin_api_|ntn_|\bSG\.|shp(?:at|ca|pa|ss)_|gh[oprsu]_|github_pat_|glpat-|glc_|glsa_|ops_ey|\bhv[brs]\.|\bvc[aikpr]_|dapi[a-f\d]|dckr_pat_|figd_|\bcf(?:ut|at|k)_|tskey-/i;

// Comments that switch rules off, which a text from outside could hold, and what our own rules know in more forms.
const LEFT_OUT =
  /-rule-(?:filter-comments|privatekey|basicauth|database-connection-string|stripe)$/;

/** What secretlint knows, which a service does without at run time. */
export async function findKnownFormats(text: string, path: string): Promise<readonly Found[]> {
  if (!KEYWORDS.test(text)) return [];
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const chosen = rules.filter(({ meta }) => !LEFT_OUT.test(meta.id));
  const { messages } = await lintSource({
    source: {
      filePath: path,
      content: text,
      contentType: 'text',
      ext: path.replace(/^.*(?=\.)/, ''),
    },
    options: {
      locale: 'en',
      maskSecrets: true,
      noPhysicFilePath: true,
      config: { rules: chosen.map((rule) => ({ id: rule.meta.id, rule, options: {} })) },
    },
  });
  return messages.map(({ ruleId, range }) => ({
    rule: ruleId.replace('@secretlint/secretlint-rule-', ''),
    index: range[0],
  }));
}
