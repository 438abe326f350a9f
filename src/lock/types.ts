export type Versions = Readonly<Record<string, string>>;

/** The part of a package.json that npm copies into, or reads for, package-lock.json. */
export interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly engines?: Versions;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface LockEntry extends Omit<PackageJson, 'scripts'> {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly extraneous?: boolean;
}

export interface Lockfile {
  readonly name?: string;
  readonly version?: string;
  readonly lockfileVersion: number;
  readonly requires?: boolean;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface Project {
  readonly root: PackageJson;
  /** Keyed by folder, with forward slashes: 'platform', 'services/api'. */
  readonly workspaces: Readonly<Record<string, PackageJson>>;
}
