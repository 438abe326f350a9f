import type { Grant } from './iam.ts';

/** A process that runs in the cloud: all there is to know of it. Nothing else gets a role, a log or a way out. */
export interface Program {
  /** Also the name of its task role and of its log: `api`, `worker`. */
  readonly id: string;
  /** The folder below `services/` whose image it runs. */
  readonly service: string;
  /** The file that is started, from the root of the checkout: what it can reach from there may be granted to it. */
  readonly entry: string;
  readonly arguments?: readonly string[];
  /** `service` runs always, `task` when somebody starts it. */
  readonly kind: 'service' | 'task';
  /**
   * The port that it listens on, and who reaches it there: the internet through the load balancer, or the programs that
   * are listed, under the name `<id>.<project>-<environment>.internal`.
   */
  readonly listens?: {
    readonly port: number;
    readonly public: boolean;
    readonly from?: readonly string[];
  };
  /** Where it stands: programs of one segment share a network and a database, and no other segment reaches either. */
  readonly segment: string;
  /** Its login in the database of the segment; absent: it has none. */
  readonly login?: string;
  /** It signs in as who has made the database, with what RDS keeps for that: the one task that makes the logins. */
  readonly asMaster?: true;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Subnets, route tables and a database of its own. `app` is always there. */
export interface Segment {
  readonly id: string;
  readonly why: string;
}

export interface KeyPurpose {
  /** The name under which the code asks for it: `signingKey('audit')`. */
  readonly purpose: string;
  readonly segment: string;
  readonly use: 'sign' | 'encrypt';
  readonly why: string;
}

/** A place for a secret, created empty: its value comes from an operator or from AWS, never from here. */
export interface SecretPlace {
  readonly name: string;
  readonly segment: string;
  readonly why: string;
  /** Days after which an operator has to put a new one there. */
  readonly rotateEveryDays: number;
}

/** An event of the log that somebody has to hear of. */
export interface Alarm {
  readonly name: string;
  /** As in the log: `{"event":"webhook-conflict"}`. */
  readonly event: string;
  readonly program: string;
  readonly atLeast: number;
  readonly withinMinutes: number;
  readonly why: string;
  /** What to do then, below `playbooks/`. */
  readonly playbook: string;
}

/** Mail is sent from this domain and no other. */
export interface MailIdentity {
  readonly from: string;
  /** The address within it, `no-reply`, and the only one that a program may use. */
  readonly sender: string;
  readonly why: string;
}

/** Requests whose bodies a signature proves, and which quote whatever strangers wrote: patterns judge nothing in them. */
export interface ProvenBodies {
  /** The start of their paths: `/webhooks/`. */
  readonly path: string;
  readonly why: string;
}

/** What a module asks of the cloud. Each file of `modules/` has one; `modules.ts` lists them. */
export interface Contribution {
  readonly module: string;
  readonly segments?: readonly Segment[];
  readonly programs?: readonly Program[];
  readonly keys?: readonly KeyPurpose[];
  readonly secrets?: readonly SecretPlace[];
  readonly alarms?: readonly Alarm[];
  readonly mail?: readonly MailIdentity[];
  readonly provenBodies?: readonly ProvenBodies[];
  /** The programs that call what users choose: the module's egress shard says on which ports, under `chosen`. */
  readonly callsChosen?: readonly string[];
  readonly grants?: readonly Grant[];
}
