import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { GetDeliveryCommand } from './get-delivery.command.js';
import { InterruptQueuedCommand } from './interrupt-queued.command.js';
import { ListDeliveriesCommand } from './list-deliveries.command.js';
import { RedeliverCommand } from './redeliver.command.js';
import { TailDeliveriesCommand } from './tail-deliveries.command.js';

/** Deliveries: what became of every event. */
@Command({
  name: 'deliveries',
  description: 'what happened to every event: who it was sent to, and whether it arrived',
  subCommands: [
    ListDeliveriesCommand,
    GetDeliveryCommand,
    RedeliverCommand,
    TailDeliveriesCommand,
    InterruptQueuedCommand,
  ],
})
export class DeliveriesCommand extends CommandGroup {
  protected readonly examples = ['belfry deliveries list 42 --status failed', 'belfry deliveries tail 42'];
}
