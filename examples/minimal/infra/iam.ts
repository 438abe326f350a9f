/** What a grant is on. The program knows the address of each, so that no policy spells one. */
export type Target =
  | { readonly kind: 'key'; readonly purpose: string }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'bucket'; readonly bucket: string }
  | { readonly kind: 'objects'; readonly bucket: string }
  | { readonly kind: 'login'; readonly segment: string; readonly login: string }
  | { readonly kind: 'mail'; readonly from: string }
  | { readonly kind: 'repository'; readonly service: string }
  | { readonly kind: 'log'; readonly program: string }
  /** AWS takes nothing narrower than everything: only for the actions of `imposed` in grants.ts. */
  | { readonly kind: 'imposed' };

export interface Condition {
  readonly [operator: string]: Readonly<Record<string, string | readonly string[]>>;
}

/** One line of what a role may do. `grants.ts` and the modules' contributions hold all there are. */
export interface Grant {
  /** A program, or `<program>:start` for what starts it. */
  readonly role: string;
  readonly actions: readonly string[];
  readonly target: Target;
  readonly condition?: Condition;
  readonly why: string;
  /** The file whose call needs it, from the root of the checkout; `ecs` for what the container agent does itself. */
  readonly usedBy: string;
}
