/**
 * Which mail may use a connection to the mail server next.
 *
 * Few connections carry many mails, and a recipient domain behind which the server is slow would take them all: ten
 * minutes each, if it takes as long as RFC 5321 allows. So a mail that has waited for some seconds counts as *slow*: its
 * connection stays, since to give it up would mean to send a copy, but its place is free for the next mail, which gets a
 * connection more. A domain with slow mails starts one at a time and few in all; no domain ever takes the last place.
 */

/** How many mails may be with the mail server at once. */
export interface ConnectionLimits {
  /** Mails that are not slow: as many connections as a healthy server sees. */
  readonly brisk: number;
  /** Of one recipient domain: one fewer, so that another domain finds a place. */
  readonly briskPerDomain: number;
  /** Of a recipient domain that has slow ones: these and the one that may be started beside them. */
  readonly perSlowDomain: number;
  /** Slow ones and others. */
  readonly total: number;
  /** After how many milliseconds of its transaction a mail is slow. */
  readonly slowAfterMs: number;
}

/** A mail's permission to use a connection. */
export interface ConnectionPlace {
  /** The mail waits for the server for long: its place is free, its connection is not. */
  becomeSlow(): void;
  /** The mail needs no connection any more. */
  leave(): void;
}

interface Domain {
  brisk: number;
  slow: number;
  readonly waiting: (() => void)[];
}

/** Hands out connections: domains take turns, and within one the first to come is the first to go. */
export class ConnectionPlaces {
  /** Domains with anything under way or waiting, the one whose turn is next first. */
  private readonly domains = new Map<string, Domain>();
  private brisk = 0;
  private slow = 0;
  private closed = false;

  constructor(private readonly limits: ConnectionLimits) {}

  /** Resolves when the mail may go to the server; with null where it never will, for the process stops. */
  async enter(name: string): Promise<ConnectionPlace | null> {
    if (this.closed) return null;
    const domain = this.domains.get(name) ?? { brisk: 0, slow: 0, waiting: [] };
    this.domains.set(name, domain);
    if (domain.waiting.length > 0 || !this.hasRoomFor(domain)) {
      await new Promise<void>((resolve) => domain.waiting.push(resolve));
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- closed while it waited
      if (this.closed) return null;
    } else {
      this.begin(domain);
    }
    return this.placeIn(name, domain);
  }

  /** Sends all that wait away, and whoever comes later. */
  close(): void {
    this.closed = true;
    for (const { waiting } of this.domains.values()) for (const resolve of waiting.splice(0)) resolve();
  }

  private placeIn(name: string, domain: Domain): ConnectionPlace {
    let stage: 'brisk' | 'slow' | 'left' = 'brisk';
    const move = (to: 'slow' | 'left') => {
      if (stage === 'left' || stage === to) return;
      domain[stage] -= 1;
      this[stage] -= 1;
      stage = to;
      if (to === 'slow') {
        domain.slow += 1;
        this.slow += 1;
      }
      if (domain.brisk + domain.slow + domain.waiting.length === 0) this.domains.delete(name);
      this.admit();
    };
    return { becomeSlow: () => move('slow'), leave: () => move('left') };
  }

  /** Lets in as many as there is room for. A domain that got a place goes behind the others. */
  private admit(): void {
    let admitted = true;
    while (admitted && this.brisk < this.limits.brisk) {
      admitted = false;
      for (const [name, domain] of this.domains) {
        if (domain.waiting.length === 0 || !this.hasRoomFor(domain)) continue;
        this.begin(domain);
        domain.waiting.shift()!();
        this.domains.delete(name);
        this.domains.set(name, domain);
        admitted = true;
        break;
      }
    }
  }

  private begin(domain: Domain): void {
    domain.brisk += 1;
    this.brisk += 1;
  }

  private hasRoomFor({ brisk, slow }: Domain): boolean {
    const { limits } = this;
    if (this.brisk >= limits.brisk || this.brisk + this.slow >= limits.total) return false;
    return slow === 0 ? brisk < limits.briskPerDomain : brisk === 0 && slow < limits.perSlowDomain;
  }
}
