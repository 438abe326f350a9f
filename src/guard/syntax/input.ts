import type { Node } from '@babel/types';

import { bare, chainOf, contains } from './read.ts';

/** Where the caller's own words come in, across the usual frameworks. */
const WHOLE_BODY =
  /^(?:this\.)?(?:(?:req|request|ctx|context|c|event|evt|msg|_req|_request)\.(?:request\.)?)(?:body|req\.json\(\)|req\.parseBody\(\)|req\.valid\(\)|json\(\)|formData\(\))$/;

const INPUT =
  /(?:^|\.)(?:req|request|ctx|context|c|event|_req)\.(?:request\.|req\.)?(?:body|query|params|headers|cookies|get\(\)|header\(\)|query\(\)|param\(\)|json\(\)|raw)|(?:^|\.)(?:searchParams\.get\(\)|formData\.get\(\)|localStorage|sessionStorage)|^(?:body|input|payload|dto|formData|query|params)\./;

/** Whether an expression is everything the caller sent, nothing picked. */
export function isWholeBody(node: Node | null | undefined): boolean {
  return WHOLE_BODY.test(chainOf(node).replace(/\?/g, ''));
}

/** Whether an expression is taken from what the caller sent. */
export function comesFromInput(node: Node | null | undefined): boolean {
  return contains(bare(node), (part) => INPUT.test(chainOf(part)));
}
