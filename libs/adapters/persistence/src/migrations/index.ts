import { Allowances1795876352726 } from './1795876352726-allowances.js';
import { AuditLog1764039600000 } from './1764039600000-audit-log.js';
import { FirstTables1764028800000 } from './1764028800000-first-tables.js';
import { KeysAlone1764043200000 } from './1764043200000-keys-alone.js';
import { MailsInTurn1795874333099 } from './1795874333099-mails-in-turn.js';
import { Portal1764036000000 } from './1764036000000-portal.js';
import { RedeliveriesAndStatistics1764032400000 } from './1764032400000-redeliveries-and-statistics.js';
import { WhatLinksHold1795873673463 } from './1795873673463-what-links-hold.js';
import { WhatIsRead1795873950921 } from './1795873950921-what-is-read.js';
import { Erasures1795876024080 } from './1795876024080-erasures.js';
import { WhatKeptAMail1795876456699 } from './1795876456699-what-kept-a-mail.js';

/** All migrations, in their order. A published one is never changed: a change is a new one at the end. */
export const migrations = [
  FirstTables1764028800000,
  RedeliveriesAndStatistics1764032400000,
  Portal1764036000000,
  AuditLog1764039600000,
  KeysAlone1764043200000,
  WhatLinksHold1795873673463,
  WhatIsRead1795873950921,
  MailsInTurn1795874333099,
  Erasures1795876024080,
  Allowances1795876352726,
  WhatKeptAMail1795876456699,
];
