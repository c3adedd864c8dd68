/** The root module of the command line: commands alone. What they work with is opened when one of them needs it. */
import { Module } from '@nestjs/common';
import { AccountsCommand } from './commands/accounts/accounts.command.js';
import { DeleteAccountCommand } from './commands/accounts/delete-account.command.js';
import { ForgetRecipientCommand } from './commands/accounts/forget-recipient.command.js';
import { GetAccountCommand } from './commands/accounts/get-account.command.js';
import { ListAccountsCommand } from './commands/accounts/list-accounts.command.js';
import { PutAccountCommand } from './commands/accounts/put-account.command.js';
import { AuditCommand } from './commands/audit.command.js';
import { CompletionCommand } from './commands/completion/completion.command.js';
import { DeliveriesCommand } from './commands/deliveries/deliveries.command.js';
import { GetDeliveryCommand } from './commands/deliveries/get-delivery.command.js';
import { InterruptQueuedCommand } from './commands/deliveries/interrupt-queued.command.js';
import { ListDeliveriesCommand } from './commands/deliveries/list-deliveries.command.js';
import { RedeliverCommand } from './commands/deliveries/redeliver.command.js';
import { TailDeliveriesCommand } from './commands/deliveries/tail-deliveries.command.js';
import { DoctorCommand } from './commands/doctor/doctor.command.js';
import { EventTypesCommand } from './commands/event-types/event-types.command.js';
import { ListEventTypesCommand } from './commands/event-types/list-event-types.command.js';
import { ShowEventTypeCommand } from './commands/event-types/show-event-type.command.js';
import { EventsCommand } from './commands/events/events.command.js';
import { GetEventCommand } from './commands/events/get-event.command.js';
import { ListEventsCommand } from './commands/events/list-events.command.js';
import { PublishEventCommand } from './commands/events/publish-event.command.js';
import { CreateKeyCommand } from './commands/keys/create-key.command.js';
import { KeysCommand } from './commands/keys/keys.command.js';
import { ListKeysCommand } from './commands/keys/list-keys.command.js';
import { RevokeKeyCommand } from './commands/keys/revoke-key.command.js';
import { ListenCommand } from './commands/listen/listen.command.js';
import { MigrateCommand } from './commands/migrate.command.js';
import { PortalLinkCommand } from './commands/portal-link.command.js';
import { SeedCommand } from './commands/seed.command.js';
import { GetSettingsCommand } from './commands/settings/get-settings.command.js';
import { ReplaceSettingsCommand } from './commands/settings/replace-settings.command.js';
import { SetSettingsCommand } from './commands/settings/set-settings.command.js';
import { SettingsCommand } from './commands/settings/settings.command.js';
import { StatisticsCommand } from './commands/statistics/statistics.command.js';
import { TestWebhookCommand } from './commands/webhook/test-webhook.command.js';
import { WebhookCommand } from './commands/webhook/webhook.command.js';
import { Output } from './output/output.js';
import { RootHelp } from './root-help.js';
import { Workplace } from './workplace/workplace.js';

/** The commands; help lists them in this order. */
@Module({
  providers: [
    Output,
    RootHelp,
    Workplace,
    AccountsCommand,
    ListAccountsCommand,
    GetAccountCommand,
    PutAccountCommand,
    DeleteAccountCommand,
    ForgetRecipientCommand,
    SettingsCommand,
    GetSettingsCommand,
    SetSettingsCommand,
    ReplaceSettingsCommand,
    EventsCommand,
    PublishEventCommand,
    ListEventsCommand,
    GetEventCommand,
    DeliveriesCommand,
    ListDeliveriesCommand,
    GetDeliveryCommand,
    RedeliverCommand,
    TailDeliveriesCommand,
    InterruptQueuedCommand,
    WebhookCommand,
    TestWebhookCommand,
    StatisticsCommand,
    EventTypesCommand,
    ListEventTypesCommand,
    ShowEventTypeCommand,
    KeysCommand,
    CreateKeyCommand,
    ListKeysCommand,
    RevokeKeyCommand,
    AuditCommand,
    PortalLinkCommand,
    MigrateCommand,
    SeedCommand,
    ListenCommand,
    DoctorCommand,
    CompletionCommand,
  ],
})
export class CliModule {}
