import type { Node } from '@babel/types';

import { type Block, blocksOf } from './blocks.ts';
import { bare, chainOf, contains, nameOf } from './read.ts';
import { nameAround, wordOf } from './settings.ts';

/** Any address, under a name for a source. Routes name destinations, and egress is judged where the graph is known. */
const FROM_ANYWHERE =
  /\b(?!dest)\w{0,20}?(?:cidr|source)_?-?(?:block|ip|range|address(?:_prefix)?)?(?:v?[46])?(?:es|s)?["']?[ \t]{0,8}[:=]\s{0,40}[[-]?\s{0,40}["']?(?:0\.0\.0\.0\/0|::\/0)/gi;

/** A front door has to be open, and only with TLS. */
const FRONT_DOOR = '443';
const PORT =
  /(?<![\w.-])["']?(?:from_?port|to_?port|port|ports|ip_?protocol|protocol)["']?[ \t]{0,8}[:=][ \t]{0,8}[["']{0,2}(?<port>-?\w[\w.-]{0,40}|-1)/gi;

/** Offsets of addresses that let everyone in, in configuration of any kind. */
export function* openRules(text: string): Generator<number> {
  const blockAt = blocksOf(text);
  for (const { index } of text.matchAll(FROM_ANYWHERE)) {
    const block = blockAt(index);
    if (directionOf(block) === 'ingress' && !isFrontDoorOnly(portsIn(block.text))) yield index;
  }
}

/** The nearest word for a direction: in the block, then outwards. */
function directionOf({ text, around }: Block): string | undefined {
  for (const line of [text, ...around]) {
    const direction = /(?<direction>in|e)gress/i.exec(line)?.[0].toLowerCase();
    if (direction) return direction;
  }
  return undefined;
}

function portsIn(text: string): string[] {
  return [...text.matchAll(PORT)].map((match) => match.groups?.['port'] ?? '');
}

/** Ports that only a run will tell are left to the check of the planned graph. */
function isFrontDoorOnly(ports: readonly string[]): boolean {
  const numbers = ports.filter((port) => !/^(?:tcp|udp|6)$/i.test(port));
  return (
    numbers.length > 0 &&
    numbers.every((port) => port === FRONT_DOOR || /^(?!all$)[a-z]/i.test(port))
  );
}

/** The rule around an address in code: its direction by the names on the way out, its ports by the fields beside. */
export function isOpenRule(ancestors: readonly Node[]): boolean {
  // A comparison with the address is somebody's check for it.
  const [field, list] = [ancestors.at(-2), ancestors.at(-1)];
  const holder = list?.type === 'ArrayExpression' ? field : list;
  const object = ancestors.findLast((node) => node.type === 'ObjectExpression');
  if (holder?.type !== 'ObjectProperty' || !object) return false;
  if (!/^(?!.*dest).*(?:cidr|source)/i.test(nameOf(holder.key))) return false;
  const fields = object.properties.filter((property) => property.type === 'ObjectProperty');
  const named = [
    ...fields.map(({ value }) => wordOf(value) ?? ''),
    ...ancestors.map(nameAround).reverse(),
  ];
  const direction = named.map((name) => /ingress|egress/i.exec(name)?.[0]).find(Boolean);
  // A source is where something comes in, in clouds that leave the word out.
  const comesIn = direction ?? (/source/i.test(nameOf(holder.key)) ? 'ingress' : '');
  if (comesIn.toLowerCase() !== 'ingress') return false;
  return !isFrontDoorOnly(portsOf(object));
}

/** The words of port and protocol fields, in the rule itself or a level deeper. */
function portsOf(object: Node): string[] {
  const ports: string[] = [];
  contains(object, (part) => {
    if (part.type !== 'ObjectProperty' || !/port|protocol/i.test(nameOf(part.key))) return false;
    const value = bare(part.value);
    const values = value?.type === 'ArrayExpression' ? value.elements : [value];
    ports.push(...values.map((each) => wordOf(each) ?? nameOf(each)));
    return false;
  });
  return ports;
}

/** `addIngressRule(Peer.anyIpv4(), Port.tcp(22))` */
export function isOpenCall(ancestors: readonly Node[]): boolean {
  const call = ancestors.findLast((node) => node.type === 'CallExpression');
  if (!call || !/ingress/i.test(chainOf(call.callee))) return false;
  return !isFrontDoor(call.arguments[1]);
}

/** `Port.tcp(443)` */
export function isFrontDoor(port: Node | undefined): boolean {
  return port?.type === 'CallExpression' && wordOf(port.arguments[0]) === FRONT_DOOR;
}
