import catalogue from './controls.json' with { type: 'json' };

/** One demand on an emitted project, and what proves it. Ids never change. */
export interface Control {
  readonly id: string;
  readonly title: string;
  readonly module: string;
  readonly must: string;
  readonly proof: string;
  /** OWASP ASVS 5.0.0 requirements that the control supports. */
  readonly asvs: readonly string[];
  /** PCI DSS 4.0.1 requirements that the control supports. */
  readonly pci: readonly string[];
}

export const controls: ReadonlyMap<string, Control> = new Map(
  catalogue.controls.map((control) => [control.id, control]),
);
