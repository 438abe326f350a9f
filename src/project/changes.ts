import type { Owner } from '../define-generator.ts';

interface Base {
  readonly path: string;
  readonly module: string;
}

/** What a run does to one path. Expected cases are values: nothing here is thrown. */
export type Change =
  | (Base & {
      readonly kind: 'create' | 'update';
      readonly owner: Owner | 'lock';
      readonly content: string;
    })
  | (Base & { readonly kind: 'delete' })
  | (Base & { readonly kind: 'unchanged' })
  /** The user's edit stays as it is. */
  | (Base & { readonly kind: 'kept'; readonly why: string })
  /** Only a person can decide or do it; the lines say what exactly. */
  | (Base & {
      readonly kind: 'needs-you';
      readonly why: string;
      readonly lines: readonly string[];
      /** Nothing else can be written either until this is settled. */
      readonly blocking?: boolean;
    });

/** A change that touches the disk. */
export type Write = Extract<Change, { kind: 'create' | 'update' | 'delete' }>;

export function isWrite(change: Change): change is Write {
  return change.kind === 'create' || change.kind === 'update' || change.kind === 'delete';
}

/** One line a path: `+` new, `~` changed, `-` gone, `!` needs you, `=` kept. */
export function changeLine(change: Change): string {
  const mark = {
    create: '+',
    update: '~',
    delete: '-',
    unchanged: ' ',
    kept: '=',
    'needs-you': '!',
  }[change.kind];
  const why = change.kind === 'kept' || change.kind === 'needs-you' ? ` (${change.why})` : '';
  return `${mark} ${change.path}${why}`;
}
