import type { Kind } from './kinds.ts';

const TOKEN = /(?<![\w-])eyJ[\w-]{8,2000}\.(?<claims>[\w-]{8,4000})\.[\w-]{8,2000}/g;

/** The subject of the token that every page about tokens shows. */
const SPECIMEN_SUBJECT = '1234567890';

/** Keys that their providers print in every manual, and that emulators come with. */
const SPECIMENS =
  /\bA[KS]IA[A-Z\d]{9}EXAMPLE\b|wJalrXUtnFEMI\/[A-Za-z\d+/]{10,40}|Eby8vdM02xNOcqFlqUwJ[A-Za-z\d+/]{60,80}={0,2}|\bsk_test_4eC39HqLy[A-Za-z\d]{10,40}/g;

/** Written down only after it was encrypted, to be committed: dotenv's vault, dotenvx, SOPS. */
const ENCRYPTED =
  /(?<before>\bDOTENV_VAULT_\w{1,40}=["']?|\bencrypted:|\bENC\[AES256_GCM,data:)(?<value>[\w+/=:,]{16,20000})/g;

/** An address with a password, of a service on the same machine or beside it under a name without a dot. */
const LOCAL_ADDRESS =
  /(?<before>:\/\/(?<user>[\w-]{0,60}):)(?<password>[\w!@$-]{1,60})(?=@(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|db|database|postgres|postgresql|mysql|mariadb|mongo|mongodb|redis|rabbitmq)(?![\w.-]*\.))/g;

/** What everybody's own machine has for a password, and nothing that can be reached from elsewhere should. */
const THROW_AWAY =
  /^(?:postgres|password|pass|root|admin|secret|example|test|dev|user|guest|mysql|mongo|redis|prisma|changeme|1234\d*)$/i;

/** The path of an address: what stands there names a document or an image. Addresses of hooks are keys themselves. */
const ADDRESS_PATH =
  /(?<before>https?:\/\/(?![^\s"'`?#]{0,200}hook)[\w.:-]{1,200}\/)(?<path>[\w./%@+~-]{20,400})/gi;

/** In settings: `your-api-key`, `YOUR_TOKEN`, `xxx_here`, which no service takes for a key. */
const PLACEHOLDER =
  /(?<before>[=:][ \t]{0,8}["']?)(?<value>(?:[a-z]{2,6}[-_])?your[-_][\w-]{2,60}|[\w-]{2,60}[-_]here|(?:replace|insert|enter|put|add|fill)[-_](?:me|with|your|in)[\w-]{0,40})(?=["']?[ \t]{0,8}(?:#.*)?\r?$)/gim;

/** What its name says is none: `dummy`, `build-time-placeholder`. A fallback of that kind is left: production runs with it. */
const STAND_IN =
  /(?<before>(?:secret|token|password|key)\w{0,20}["']?[ \t]{0,4}[:=][ \t]{0,4}["'])(?<value>[\w-]{0,40}(?:dummy|placeholder|unused|mock|fake|local-dev)[\w-]{0,40})(?=["'])/gi;

/** Files that hold settings, as opposed to code that would run with a placeholder. */
const SETTINGS =
  /(?:^|\/)\.?env(?:[._-][\w.-]{1,40})?$|\.(?:ya?ml|toml|ini|properties|conf|json|tfvars|cfg)$/i;

/**
 * The text with all crossed out that looks like a secret and opens nothing: tokens that ended before today, specimens
 * of manuals, passwords of one's own machine, names in addresses, placeholders. What is crossed out keeps its length, so
 * that every place stays where it is.
 */
export function crossOut(text: string, path: string, kind: Kind, now: Date): string {
  const shown = kind === 'test' || kind === 'prose';
  let left = text.replace(SPECIMENS, crosses);
  left = left.replace(ENCRYPTED, (_, before: string, value: string) => before + crosses(value));
  if (left.includes('eyJ'))
    left = left.replace(TOKEN, (token: string, claims: string) =>
      shown || isSpent(claims, now) ? crosses(token) : token,
    );
  if (left.includes('://')) {
    left = left
      .replace(LOCAL_ADDRESS, (whole: string, before: string, user: string, password: string) =>
        THROW_AWAY.test(password) || (user !== '' && password.startsWith(user))
          ? before + crosses(password)
          : whole,
      )
      .replace(ADDRESS_PATH, (_, before: string, name: string) => before + crossRuns(name));
  }
  left = left.replace(STAND_IN, (_, before: string, value: string) => before + crosses(value));
  return SETTINGS.test(path)
    ? left.replace(PLACEHOLDER, (_, before: string, value: string) => before + crosses(value))
    : left;
}

function isSpent(claims: string, now: Date): boolean {
  try {
    const { exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {
      exp?: unknown;
      sub?: unknown;
    };
    return sub === SPECIMEN_SUBJECT || (typeof exp === 'number' && exp * 1000 < now.getTime());
  } catch {
    return false;
  }
}

/** Dots are no key, end no comment, and part no address. */
function crosses(text: string): string {
  return '.'.repeat(text.length);
}

/** Only what is long enough to look random: a path of words stays readable to the rules about paths. */
function crossRuns(path: string): string {
  return path.replace(/[\w-]{20,}/g, crosses);
}
