import type { AcmeSpecimen } from './schemas.ts';

export interface Row {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function answerOf(row: Row): AcmeSpecimen {
  return {
    id: row.id,
    title: row.title,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
