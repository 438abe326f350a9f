import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { anyOf } from '../syntax/detectors.ts';
import { isFrontDoor, isOpenCall, isOpenRule, openRules } from '../syntax/ingress.ts';
import { inTexts, instructionsOf, matching } from '../syntax/passages.ts';
import { chainOf } from '../syntax/read.ts';
import { inSettings, OFF, ON } from '../syntax/settings.ts';

const ANYWHERE = /^(?:0\.0\.0\.0\/0|::\/0)$/;

/** Ports on which databases, caches and queues listen; published without an address, on every interface of the host. */
const PUBLISHED =
  /(?:^[ \t]{0,40}-[ \t]{1,8}|[[,][ \t]{0,8}|\s-p[ \t=]{0,4}|--publish[ =])["']?(?:0\.0\.0\.0:|\[::\]:)?(?:\d{1,5}|\$\{\w{1,60}(?::?-\d{1,5})?\}):(?:1433|1521|2379|3306|5432|5984|6379|6432|7687|8086|9042|9092|9200|11211|26257|27017)(?:\/tcp)?(?=["'\s,\]]|$)/gm;
const TRUST =
  /^[ \t]{0,20}host(?:ssl|nossl|gssenc|nogssenc)?[ \t]{1,40}\S{1,100}[ \t]{1,40}\S{1,100}[ \t]{1,40}\S{1,100}[ \t]{1,40}trust\b|^[ \t]{0,20}protected-mode[ \t]{1,8}no\b/gm;

/** Runners of a pipeline are thrown away, and reach their services over published ports. */
const PIPELINE = /(?:^|\/)\.github\/workflows\//;

export const openIngress: Rule = {
  id: 'open-ingress',
  control: 'SUPPLY-5',
  reason:
    'What the whole internet can reach is scanned within minutes, and attacked by the first known weakness.',
  wayOut:
    'Let in the security group or address that calls; only port 443 of the front door is open to all.',
  files: SHIPPED,
  keywords: [/0\.0\.0\.0\/0|::\/0|anyIpv|public|acl|:\d{4,5}|trust|protected-mode/i],
  ...anyOf(inSettings(isPublic), inTexts(openRules), inTexts(matching(TRUST)), {
    text: ({ path, content }) =>
      /\.(?:ya?ml|sh|md)$|package\.json$/.test(path) && !PIPELINE.test(path)
        ? matching(PUBLISHED)(instructionsOf(path, content))
        : [],
    syntax: (report) => ({
      StringLiteral(node, ancestors) {
        if (ANYWHERE.test(node.value) && isOpenRule(ancestors)) report(node);
      },
      CallExpression(node, ancestors) {
        const callee = chainOf(node.callee);
        if (/Peer\.anyIpv[46]$/.test(callee) && isOpenCall(ancestors)) report(node);
        if (
          /allow(?:Default)?(?:Port)?FromAnyIpv4$/i.test(callee) &&
          !isFrontDoor(node.arguments[0])
        )
          report(node);
      },
    }),
  }),
};

function isPublic(name: string, value: string): boolean {
  if (/^(?:publiclyaccessible|publicreadaccess)$/.test(name)) return ON.test(value);
  if (/^(?:block|ignore)public(?:acls|policy)$|^restrictpublicbuckets$/.test(name))
    return OFF.test(value);
  if (name === 'postgreshostauthmethod') return value === 'trust';
  return (
    /^(?:acl|cannedacl|accesscontrol)$/.test(name) &&
    /^(?:public-?read|authenticated-?read)/.test(value)
  );
}
