import { applyChange, type ChangeKind, type EventCatalogue, type Problem } from '@belfry/domain';
import type { Destinations } from './destinations.js';
import type { SettingsStore, StoredSettings } from './ports/settings-store.js';

/** What came of a change to notification settings. */
export type ChangeSettingsResult =
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
    condition: VersionCondition = () => true,
  ): Promise<ChangeSettingsResult> {
    const rules = { catalogue: this.catalogue, allowed: this.destinations.for(accountId) };
    for (;;) {
      const current = await this.settings.find(accountId);
      if (current === null) return { status: 'unknown_account' };
      if (!condition(current.version)) return { status: 'version_mismatch', settings: current };
      const changed = applyChange(current, change, kind, rules);
      if (!changed.ok) return { status: 'invalid', problems: changed.problems };
      const stored = await this.settings.replace(changed.value, current.version);
      if (stored !== null) return { status: 'changed', settings: stored };
      // Somebody else's change came between: judge this one again by what stands now.
    }
  }
}
