/** Rules that are not taken, by the reason. A rule new to gitleaks is taken. */
const REASONS = {
  'secret-known-format has it, by the secretlint preset':
    '1password-service-account-token databricks-api-token github-app-token github-fine-grained-pat github-oauth ' +
    'github-pat github-refresh-token gitlab-pat grafana-cloud-api-token grafana-service-account-token ' +
    'huggingface-access-token linear-api-key notion-api-token npm-access-token sendgrid-api-token ' +
    'shopify-access-token shopify-custom-access-token shopify-private-app-access-token shopify-shared-secret ' +
    'slack-app-token slack-bot-token slack-legacy-bot-token slack-legacy-token slack-legacy-workspace-token ' +
    'slack-user-token slack-webhook-url vault-batch-token',
  'secret-provider-key has it among its own formats':
    'age-secret-key anthropic-admin-api-key anthropic-api-key aws-access-token digitalocean-access-token ' +
    'digitalocean-pat digitalocean-refresh-token gcp-api-key jwt mailgun-private-api-token openai-api-key ' +
    'pulumi-api-token pypi-upload-token stripe-access-token twilio-api-key',
  'another rule of ours is for its shape':
    'curl-auth-header curl-auth-user generic-api-key hashicorp-tf-password jwt-base64 kubernetes-secret-yaml ' +
    'private-key nuget-config-password sidekiq-sensitive-url',
  'an identifier or key that is made to be seen':
    'adobe-client-id asana-client-id bitbucket-client-id discord-client-id flutterwave-public-key linkedin-client-id ' +
    'lob-pub-api-key looker-client-id mailgun-pub-key mapbox-api-token messagebird-client-id plaid-client-id ' +
    'sendbird-access-id sumologic-access-id',
  'fires on public ids of the same provider (forms and portals are UUIDs; handles and card names are short words)':
    'hubspot-api-key twitter-api-key linkedin-client-secret',
  'fires on words of code (s. and 24 letters; EAAA in base64; pat. before a member)':
    'vault-service-token',
  'asks for the name of a file, not its text': 'pkcs12-file',
};

export const LEFT_OUT = new Map(
  Object.entries(REASONS).flatMap(([reason, ids]) => ids.split(' ').map((id) => [id, reason])),
);

/** Rules that are taken but for an alternative. */
export const ADAPTED = {
  // So that the pattern itself is not taken for a key.
  'aws-amazon-bedrock-api-key-short-lived': (regex) =>
    regex.replace('-Ym', '-[Y]m').replace('jay5h', 'jay[5]h'),
  // The other alternative is the format of newer tokens, which is among our own.
  'atlassian-api-token': (regex) => regex.slice(0, regex.indexOf(String.raw`|\b(ATATT3`)),
  // The last alternative is any Git commit.
  'sourcegraph-access-token': (regex) => regex.replace('|[a-fA-F0-9]{40})', ')'),
  // Base64 of many things begins with EAAA.
  'square-access-token': (regex) => regex.replace('(?:EAAA|sq0atp-)', 'sq0atp-'),
};

/** Keywords that stand in the pattern and say more than gitleaks' own, which are in most programs. */
export const KEYWORDS = {
  'authress-service-client-access-key': ['.acc_', '.acc-'],
  'freemius-secret-key': ['"sk_', "'sk_"],
  'intra42-client-secret': ['s-s4t2ud-', 's-s4t2af-'],
  'lob-api-key': ['lob'],
};

/** Samples that only the alternatives show which ADAPTED takes away. */
export const SAMPLES_LEFT_OUT = {
  'sourcegraph-access-token': /^(?!.*sgp_)/s,
  'square-access-token': /EAAA/,
};
