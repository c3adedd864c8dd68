import {
  applyChange,
  settingsForEach,
  type ChangeKind,
  type EventCatalogue,
  type NotificationSettings,
  type Problem,
} from '@belfry/domain';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import type { Destinations } from './destinations.js';
import type { SettingsStore, StoredSettings } from './ports/settings-store.js';

/** What came of a change to notification settings. */
export type ChangeSettingsResult =
  /** The settings as they now stand: in a new version, unless the change changed nothing. */
  | { readonly status: 'changed'; readonly settings: StoredSettings }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly status: 'unknown_account' }
  /** The settings are not in the version the caller asked for; these are the ones that stand. */
  | { readonly status: 'version_mismatch'; readonly settings: StoredSettings };

/** Says whether the caller's condition holds for this version of the settings. */
export type VersionCondition = (version: number) => boolean;

/** Changes notification settings. Two changes at once never mix: the later one is applied to what the earlier one left. */
export class ManageSettings {
  constructor(
    private readonly settings: SettingsStore,
    private readonly catalogue: EventCatalogue,
    private readonly destinations: Destinations,
  ) {}

  /**
   * Applies a change in the form of the REST contract. With a condition, the change is made only to a version that
   * meets it.
   */
  async change(
    accountId: number,
    change: unknown,
    kind: ChangeKind,
    actor: Principal,
    condition: VersionCondition = () => true,
  ): Promise<ChangeSettingsResult> {
    const rules = { catalogue: this.catalogue, allowed: this.destinations.for(accountId) };
    for (;;) {
      const current = await this.settings.find(accountId);
      if (current === null) return { status: 'unknown_account' };
      if (!condition(current.version)) return { status: 'version_mismatch', settings: current };
      const changed = applyChange(current, change, kind, rules);
      if (!changed.ok) return { status: 'invalid', problems: changed.problems };
      const entry = auditEntry(actor, 'settings.changed', this.audited(current), this.audited(changed.value));
      // What changes nothing makes no new version, and is nothing that anybody did.
      if (entry.changes.length === 0) return { status: 'changed', settings: current };
      const stored = await this.settings.replace(changed.value, current.version, entry);
      if (stored !== null) return { status: 'changed', settings: stored };
      // Somebody else's change came between: judge this one again by what stands now.
    }
  }

  /** Settings as the audit log names their fields. */
  private audited(settings: NotificationSettings) {
    return { webhook_url: settings.webhookUrl, events: settingsForEach(settings, this.catalogue.keys) };
  }
}
