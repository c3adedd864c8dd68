/** Accounts, settings, keys, links and the audit log, on the database. */
import {
  AccountStore,
  ApiKeys,
  AuditLog,
  Erase,
  ManageAccounts,
  ManageSettings,
  Portal,
  SettingsStore,
  type StoredSettings,
} from '@belfry/application';
import {
  Account,
  answerOf,
  ApiKey,
  ApiKeyCreated,
  ApiKeyInput,
  AuditEntry,
  eventTypeAnswer,
  paged,
  pagedByPlatformId,
  portalLinkAnswer,
  RecipientInput,
  settingsAnswer,
} from '@belfry/contract';
import { InvalidInput, notFound, Refusal, refused } from '../failure.js';
import type { Backend, VersionedSettings } from './backend.js';
import { operator, parsed, type Database } from './database.js';

type Administration = Pick<
  Backend,
  'accounts' | 'settings' | 'eventTypes' | 'keys' | 'audit' | 'portalLinks'
>;

/** The part of the backend that administers. */
export function administrationOn(database: Database): Administration {
  return {
    accounts: accountsOn(database),
    settings: settingsOn(database),
    eventTypes: {
      list: () => {
        const { catalogue, configuration } = database;
        return Promise.resolve(
          catalogue.entries.map((type) => eventTypeAnswer(type, catalogue, configuration.platform.sites)),
        );
      },
    },
    keys: keysOn(database),
    audit: {
      list: (accountId, page) =>
        database.list(
          page,
          paged.cursor,
          async (app, past) => {
            const found = await app.get(AuditLog).list(accountId, page.limit, past);
            // The entries of an erased account are still there.
            if (found.items.length === 0 && accountId !== null && past === undefined)
              if ((await app.get(AccountStore).find(accountId)) === null) throw notFound('account');
            return found;
          },
          (entry) => answerOf(AuditEntry, entry),
        ),
    },
    portalLinks: {
      create: async (accountId) => {
        const app = await database.app();
        const link = await app.get(Portal).createLink(accountId, null, operator);
        if (link.status !== 'created') throw notFound('account');
        return portalLinkAnswer(database.configuration.http.publicUrl, link);
      },
    },
  };
}

function accountsOn(database: Database): Backend['accounts'] {
  return {
    list: (page) =>
      database.list(
        page,
        pagedByPlatformId.cursor,
        (app, past) => app.get(AccountStore).list(Number(past ?? 0), page.limit),
        (account) => answerOf(Account, account),
      ),
    get: async (accountId) => {
      const account = await (await database.app()).get(AccountStore).find(accountId);
      if (account === null) throw notFound('account');
      return answerOf(Account, account);
    },
    put: async (accountId, document) => {
      const app = await database.app();
      const result = await app.get(ManageAccounts).put(accountId, document, operator);
      if (result.status === 'invalid') throw new InvalidInput(result.problems);
      if (result.status === 'being_erased') throw refused('being-erased');
      if (result.status === 'version_mismatch') throw new Error('no version was asked for');
      return { account: answerOf(Account, result.account), created: result.status === 'created' };
    },
    erase: async (accountId) => {
      const app = await database.app();
      if (!(await app.get(Erase).account(accountId, operator, Infinity))) throw notFound('account');
    },
    forget: async (accountId, email) => {
      const input = parsed('', RecipientInput, { email });
      const app = await database.app();
      const result = await app.get(Erase).recipient(accountId, input.email, operator, Infinity);
      if (result.status === 'unknown_account') throw notFound('account');
      if (result.status === 'primary_contact') throw refused('primary-contact');
    },
  };
}

function settingsOn(database: Database): Backend['settings'] {
  const versioned = (settings: StoredSettings): VersionedSettings => ({
    settings: settingsAnswer(settings, database.catalogue, true),
    version: settings.version,
  });
  return {
    get: async (accountId) => {
      const settings = await (await database.app()).get(SettingsStore).find(accountId);
      if (settings === null) throw notFound('account');
      return versioned(settings);
    },
    change: async (accountId, document, how, ifMatch) => {
      const condition = ifMatch === undefined ? undefined : (version: number) => version === ifMatch;
      const app = await database.app();
      const result = await app.get(ManageSettings).change(accountId, document, how, operator, condition);
      if (result.status === 'unknown_account') throw notFound('account');
      if (result.status === 'invalid') throw new InvalidInput(result.problems);
      if (result.status === 'version_mismatch')
        throw new Refusal(
          `the settings have changed and are now at version ${result.settings.version}: read them again first`,
        );
      return versioned(result.settings);
    },
  };
}

function keysOn(database: Database): Backend['keys'] {
  return {
    create: async (request) => {
      const { name, account_id: accountId = null, scopes } = parsed('', ApiKeyInput, request);
      const app = await database.app();
      const result = await app.get(ApiKeys).create({ name, accountId, scopes }, operator);
      if (result.status === 'invalid') throw new InvalidInput(result.problems);
      return answerOf(ApiKeyCreated, { ...result.stored, key: result.key });
    },
    list: (page) =>
      database.list(
        page,
        paged.cursor,
        (app, past) => app.get(ApiKeys).list(operator, page.limit, past),
        (key) => answerOf(ApiKey, key),
      ),
    revoke: async (keyId) => {
      if (!(await (await database.app()).get(ApiKeys).revoke(keyId, operator))) throw notFound('API key');
    },
  };
}
