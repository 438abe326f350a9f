import type { Grant } from './grants.ts';

/** A process that runs in the cloud. Only a program gets a role, a log and egress. */
export interface Program {
  /** Also names its task role and its log: `api`, `worker`. */
  readonly id: string;
  /** The folder below `services/` whose image it runs. */
  readonly service: string;
  /** The file to start, from the root of the project. The grants are compared with the calls reachable from it. */
  readonly entry: string;
  readonly arguments?: readonly string[];
  /** A `service` always runs. A deployment or an operator starts a `task`. */
  readonly kind: 'service' | 'task';
  /**
   * The port that it listens on, and its callers: the internet through the load balancer, or the listed programs under
   * the name `<id>.<project>-<environment>.internal`.
   */
  readonly listens?: {
    readonly port: number;
    readonly public: boolean;
    readonly from?: readonly string[];
  };
  /** Programs of one segment share subnets and a database. No other segment reaches either. */
  readonly segment: string;
  /** Its database role in the segment's database. Absent: it has no access. */
  readonly login?: string;
  /** It signs in as the master user with the password that RDS keeps. Only the task that creates the logins does. */
  readonly asMaster?: true;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Has its own subnets, route tables and database. The segment `app` always exists. */
export interface Segment {
  readonly id: string;
  readonly why: string;
}

export interface KeyPurpose {
  /** The name that the code uses: `signingKey('audit')`. */
  readonly purpose: string;
  readonly segment: string;
  readonly use: 'sign' | 'encrypt';
  readonly why: string;
}

/** A secret that is created empty. An operator or AWS sets its value, never this program. */
export interface SecretPlace {
  readonly name: string;
  readonly segment: string;
  readonly why: string;
  /** Days after which an operator has to replace the value. */
  readonly rotateEveryDays: number;
}

/** An alarm on an event in the log. */
export interface Alarm {
  readonly name: string;
  /** As in the log: `{"event":"webhook-conflict"}`. */
  readonly event: string;
  readonly program: string;
  readonly atLeast: number;
  readonly withinMinutes: number;
  readonly why: string;
  /** What the operator does, below `playbooks/`. */
  readonly playbook: string;
}

/** The domain that mail is sent from. */
export interface MailIdentity {
  readonly from: string;
  /** The local part, `no-reply`: a program may send from this address only. */
  readonly sender: string;
  readonly why: string;
}

/** Requests whose signature the service verifies. Their bodies quote strangers, so WAF body patterns do not block them. */
export interface ProvenBodies {
  /** The prefix of their paths: `/webhooks/`. */
  readonly path: string;
  readonly why: string;
}

/** What a module needs in the cloud. Each file of `modules/` exports one, and `modules.ts` lists them. */
export interface Contribution {
  readonly module: string;
  readonly segments?: readonly Segment[];
  readonly programs?: readonly Program[];
  readonly keys?: readonly KeyPurpose[];
  readonly secrets?: readonly SecretPlace[];
  readonly alarms?: readonly Alarm[];
  readonly mail?: readonly MailIdentity[];
  readonly provenBodies?: readonly ProvenBodies[];
  /** The programs that call hosts that users choose. The module's egress shard lists the ports under `chosen`. */
  readonly callsChosen?: readonly string[];
  readonly grants?: readonly Grant[];
}
